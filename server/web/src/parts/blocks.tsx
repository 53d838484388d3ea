// blocks.tsx - what pages are put together of: panels, tiles, empty states.
import type {ComponentChildren} from "preact";

import type {Failure} from "../api/client";
import {Button} from "./button";
import {Icon} from "./icon";

/** A page's first line: its title and what one can do. */
export function PageHead({title, above, below, children}: {
  title: ComponentChildren; above?: ComponentChildren;
  /** In a line with the title: how it stands. */
  below?: ComponentChildren; children?: ComponentChildren;
}) {
  return (
    <div class="page-head">
      <div class="page-title">
        {above && <div class="above">{above}</div>}
        <div class="page-line"><h1>{title}</h1>{below}</div>
      </div>
      {children && <div class="actions">{children}</div>}
    </div>
  );
}

/** A sheet with a title and, at its right, some choices. */
export function Panel({title, tools, note, flush, children}: {
  title?: string; tools?: ComponentChildren; note?: ComponentChildren;
  /** Its content reaches to the edges. */
  flush?: boolean; children: ComponentChildren;
}) {
  return (
    <section class={`panel${flush ? " flush" : ""}`}>
      {(title || tools) && (
        <header>
          {title && <h2>{title}</h2>}
          {note && <span class="note">{note}</span>}
          {tools && <div class="tools">{tools}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

export interface Tile {
  label: string;
  value: ComponentChildren;
  /** A second line, smaller. */
  more?: ComponentChildren;
  /** Its second line is a sentence. */
  wide?: boolean;
  /** All digits, on hover. */
  title?: string;
}

/** Figures in a row, each under its name. */
export function Tiles({tiles}: {tiles: Tile[]}) {
  return (
    <dl class="tiles">
      {tiles.map(tile => (
        <div key={tile.label} class={tile.wide ? "wide" : undefined}>
          <dt>{tile.label}</dt>
          <dd title={tile.title}>{tile.value}</dd>
          {tile.more && <dd class="more">{tile.more}</dd>}
        </div>
      ))}
    </dl>
  );
}

/** Where there is nothing yet: a sentence, and what to do about it. `whole`:
 *  it is all that the page has. */
export function Empty({title, whole, children}:
    {title: string; whole?: boolean; children?: ComponentChildren}) {
  return (
    <div class="empty">
      {whole ? <h1>{title}</h1> : <h2>{title}</h2>}{children}
    </div>
  );
}

/** What the server said no with, in place of what was asked for. */
export function Trouble({failure, onAgain}:
    {failure: Failure; onAgain?(): void}) {
  return (
    <div class="trouble" role="alert">
      <Icon name="failed" />
      <div>
        <strong>{failure.problem.title}</strong>
        <p>{failure.message}</p>
        {failure.faults.length > 0 && (
          <ul>{failure.faults.map(fault => (
            <li key={fault.pointer ?? fault.parameter}>
              <code>{fault.pointer ?? fault.parameter}</code> {fault.detail}
            </li>))}
          </ul>
        )}
      </div>
      {onAgain && <Button label="Try again" icon="again" onClick={onAgain} />}
    </div>
  );
}

/** Progress with its part in words; null: nobody knows how much is left. */
export function Progress({part, label}: {part: number | null; label: string}) {
  return <progress class="progress" aria-label={label}
                   {...(part === null ? {} : {value: part})} />;
}
