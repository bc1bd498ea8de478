import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Provider as UrqlProvider } from 'urql';
import { createGateway, GatewayProvider } from './api/gateway';
import { createConsoleRouter } from './router';
import { keepRenewed } from './session/renewal';
import { applyTheme } from './shell/theme';
import { ToastsProvider } from './ui/toasts';
import './styles/base.css';
import './styles/controls.css';
import './styles/shell.css';
import './styles/screens.css';
import './styles/screens-work.css';

applyTheme();
const gateway = createGateway();
keepRenewed(gateway.session);
const router = createConsoleRouter(gateway.session);
const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');

createRoot(root).render(
  <StrictMode>
    <GatewayProvider gateway={gateway}>
      <UrqlProvider value={gateway.client}>
        <ToastsProvider>
          <RouterProvider router={router} />
        </ToastsProvider>
      </UrqlProvider>
    </GatewayProvider>
  </StrictMode>,
);
