// missing.tsx - an address that is no page.
import {Button} from "../parts/button";
import {Empty} from "../parts/blocks";
import {hrefOf} from "../state/route";

export function MissingPage() {
  return (
    <Empty whole title="There is no such page">
      <Button label="All jobs" href={hrefOf("/jobs")} />
    </Empty>
  );
}
