export {
  type Catalogue,
  type CatalogueId,
  type Control,
  type ControlStatus,
  catalogueIds,
  catalogueOf,
  findControl,
  type Safeguard,
  type Section,
  type Supersession,
  supersededBy,
} from "./catalogue.ts";
export { crosswalk, crosswalkBack } from "./crosswalk.ts";
export { type ControlRef, type ControlRefProblem, type Named, parseControlRef } from "./reference.ts";
export { nearestByTitle, type RankedControl, sameTitleFrom, type TitleMatch, titleMatch } from "./title.ts";
