import type { ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Button, type ButtonKind } from './button';

/** A dialog over the page: it keeps the focus, Escape closes it, and afterwards the focus is where it was. */
export function Dialog(props: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** The row of buttons. */
  readonly footer?: ReactNode;
  readonly size?: 'small' | 'wide';
  readonly role?: 'dialog' | 'alertdialog';
  /** Not to be closed without an answer. */
  readonly isFirm?: boolean;
}) {
  const { title, onClose, size = 'small', isFirm = false } = props;
  return (
    <ModalOverlay
      className="overlay"
      isOpen
      isDismissable={!isFirm}
      isKeyboardDismissDisabled={isFirm}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={`modal ${size}`}>
        <AriaDialog className="dialog" role={props.role ?? 'dialog'}>
          <header>
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            {isFirm ? null : (
              <Button kind="icon" label="Close" onPress={onClose}>
                <span aria-hidden="true">×</span>
              </Button>
            )}
          </header>
          <div className="dialog-body">{props.children}</div>
          {props.footer === undefined ? null : <footer>{props.footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Asks before something happens, saying what. Escape means no. */
export function Confirm(props: {
  readonly title: string;
  readonly lines: readonly string[];
  readonly yes: string;
  readonly kind?: ButtonKind;
  readonly isPending?: boolean;
  readonly onYes: () => void;
  readonly onNo: () => void;
  readonly children?: ReactNode;
}) {
  return (
    <Dialog
      title={props.title}
      role="alertdialog"
      onClose={props.onNo}
      footer={
        <>
          <Button onPress={props.onNo} autoFocus>
            Not now
          </Button>
          <Button kind={props.kind ?? 'primary'} isPending={props.isPending ?? false} onPress={props.onYes}>
            {props.yes}
          </Button>
        </>
      }
    >
      {props.lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {props.children}
    </Dialog>
  );
}
