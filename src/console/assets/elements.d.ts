/** What the functions of `dom.js` take and give. */

/** What can stand in an element; `null`, `undefined` and `false` are nothing. */
export type Child = Node | string | number | null | undefined | false | readonly Child[];

/** The element that a tag makes, be it with classes: 'p.hint' is a paragraph. */
export type ElementOf<Tag extends string> = Tag extends `${infer Name}.${string}`
  ? ElementNamed<Name>
  : ElementNamed<Tag>;

type ElementNamed<Name extends string> = Name extends keyof HTMLElementTagNameMap
  ? HTMLElementTagNameMap[Name]
  : HTMLElement;

/** An event, heard by the element that listens for it. */
export type Heard<
  Name extends keyof HTMLElementEventMap,
  Listener extends HTMLElement,
> = HTMLElementEventMap[Name] & {
  readonly currentTarget: Listener;
};

/** An element's attributes, and who listens to it. */
export interface Props<Tag extends string> {
  readonly on?: {
    readonly [Name in keyof HTMLElementEventMap]?: (event: Heard<Name, ElementOf<Tag>>) => unknown;
  };
  readonly [attribute: string]: unknown;
}
