/**
 * A class as a type only. Decorator metadata refers to the class of a property at run time; where two types of the schema
 * refer to each other, one of them is not there yet. An alias leaves nothing to refer to.
 */
export type Ref<T> = T;
