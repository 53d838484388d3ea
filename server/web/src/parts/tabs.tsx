// tabs.tsx - views of one thing; which is shown stands in the address.
import {hrefWith, queried} from "../state/route";

export interface Tab {
  /** Its word in the address; the first tab has "". */
  key: string;
  word: string;
}

/** The key of the tab that is shown. */
export function tabNow(tabs: Tab[]): string {
  const key = queried("tab");
  return tabs.some(tab => tab.key === key) ? key : tabs[0].key;
}

export function Tabs({tabs, label}: {tabs: Tab[]; label: string}) {
  const now = tabNow(tabs);
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({key, word}) => (
        <a key={key} href={hrefWith({tab: key})}
           aria-current={key === now ? "page" : undefined}>{word}</a>
      ))}
    </nav>
  );
}
