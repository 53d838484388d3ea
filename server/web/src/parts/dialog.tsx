// dialog.tsx - the browser's own modal dialog, and a question asked in one.
import type {ComponentChildren} from "preact";
import {useEffect, useRef} from "preact/hooks";
import {signal} from "@preact/signals";

import {Button} from "./button";

export function Dialog({title, onClose, children}: {
  title: string; onClose(): void; children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current!.showModal(), []);

  return (
    <dialog ref={dialog} aria-label={title} onClose={onClose}
            onClick={event => {
              if (event.target === dialog.current) dialog.current!.close();
            }}>
      <div class="dialog-body">
        <header>
          <h2>{title}</h2>
          <Button label="Close" icon="close" kind="ghost" bare
                  onClick={() => dialog.current!.close()} />
        </header>
        {children}
      </div>
    </dialog>
  );
}

interface Question {
  title: string;
  text: string;
  yes: string;
  answer(yes: boolean): void;
}

const question = signal<Question | null>(null);

/** Ask before what cannot be undone; `yes` names the deed: "Delete 3 jobs". */
export function confirm(title: string, text: string, yes: string):
    Promise<boolean> {
  return new Promise(resolve => {
    question.value = {
      title, text, yes,
      answer: said => {
        question.value = null;
        resolve(said);
      },
    };
  });
}

/** Stands once in the layout. */
export function Confirmation() {
  const asked = question.value;
  if (!asked) return null;
  return (
    <Dialog title={asked.title} onClose={() => asked.answer(false)}>
      <p>{asked.text}</p>
      <div class="dialog-actions">
        <Button label="Keep" onClick={() => asked.answer(false)} />
        <Button label={asked.yes} kind="danger" onClick={() => asked.answer(true)} />
      </div>
    </Dialog>
  );
}
