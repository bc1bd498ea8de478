import { html, type Answer } from '../wire/reply';
import { markup, Markup } from './markup';

/** A whole page. Nothing outside it is loaded, and a browser is told to load nothing. */
export function page(status: number, title: string, accent: string, body: Markup): Answer {
  const whole = markup`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="icon" href="data:,"><style>${new Markup(STYLE.replace('ACCENT', accent))}</style></head>
<body><header><a href="/">${title}</a><span>emulated portal</span></header><main>${body}</main></body></html>`;
  return html(status, whole.text, SECURITY);
}

const SECURITY = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
};

const STYLE = `
:root{color-scheme:light dark;--accent:ACCENT;--line:light-dark(#e2e5ea,#343a44);--soft:light-dark(#f6f7f9,#1c2027);
  --dim:light-dark(#667085,#98a2b3);--warn:light-dark(#b42318,#ff8a80)}
*{box-sizing:border-box}
body{margin:0;font:14px/1.45 system-ui,sans-serif;background:light-dark(#fff,#14171c);color:light-dark(#1d2433,#e6e9ef)}
header{display:flex;gap:12px;align-items:baseline;padding:12px 24px;background:var(--accent);color:#fff}
header a{color:#fff;font-weight:650;font-size:17px;text-decoration:none}header span{opacity:.8}
main{padding:20px 24px;max-width:1280px;margin:auto}
h2{font-size:15px;margin:28px 0 8px}p{margin:6px 0;color:var(--dim)}
table{border-collapse:collapse;width:100%}th{text-align:left;font-weight:600;color:var(--dim);font-size:12px}
th,td{padding:6px 8px;border-bottom:1px solid var(--line);vertical-align:top}
tr:hover td{background:var(--soft)}tr.gone td{color:var(--dim);text-decoration:line-through}
tr.gone td:last-child{text-decoration:none}
.scroll{overflow-x:auto}.bar{display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin:8px 0}
.bar .space{flex:1}.num{color:var(--dim)}
form.inline{display:inline}
input,select,textarea,button,a.button{font:inherit;padding:5px 9px;border:1px solid var(--line);border-radius:6px;
  background:light-dark(#fff,#1c2027);color:inherit;text-decoration:none}
textarea{width:100%;font:12px/1.5 ui-monospace,monospace}
button,a.button{cursor:pointer}button:hover,a.button:hover{border-color:var(--accent)}
.main{background:var(--accent);border-color:var(--accent);color:#fff}
.fields{display:grid;grid-template-columns:repeat(auto-fill,minmax(240px,1fr));gap:12px;margin:12px 0}
.fields label{display:grid;gap:4px;font-size:12px;color:var(--dim)}.fields input,.fields select{font-size:14px;color:CanvasText}
.problem{color:var(--warn);border:1px solid currentColor;border-radius:6px;padding:8px 12px;margin:8px 0}
.tag{display:inline-block;padding:0 8px;border-radius:9px;border:1px solid var(--line);font-size:12px}`;
