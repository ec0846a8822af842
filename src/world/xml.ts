/** An XML element as plain data. Attribute order is kept; mixed content isn't needed by anything simulated. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  /** Character data, where the element has any. */
  text?: string;
}
