import { faker as english } from '@faker-js/faker/locale/en';
import { faker as french } from '@faker-js/faker/locale/fr_CA';
import { faker as spanish } from '@faker-js/faker/locale/es_MX';

/** Somebody made up. */
export interface Person {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** Ten digits, in the range that is kept free for fiction (555-01xx). */
  readonly phone: string;
}

/** Makes people up. One seed gives the same people in the same order. */
export interface People {
  next(): Person;
  /** A whole number from 0 up to, not including, `below`. */
  number(below: number): number;
  chance(probability: number): boolean;
}

/** People as in a fleet of the American South West: a fifth have Spanish names, some French ones. */
export function peopleOf(seed: number): People {
  // One instance per locale and process, but each fleet is made in one go: seeding here is enough.
  for (const faker of [english, spanish, french]) faker.seed(seed);
  let count = 0;
  return {
    next: () => person(++count),
    number: (below) => english.number.int({ min: 0, max: below - 1 }),
    chance: (probability) => english.datatype.boolean(probability),
  };
}

function person(count: number): Person {
  const origin = count % 10;
  const faker = origin < 2 ? spanish : origin === 2 ? french : english;
  const firstName = faker.person.firstName();
  const lastName = faker.person.lastName();
  return { firstName, lastName, email: emailOf(firstName, lastName, count), phone: phoneOf(count) };
}

function emailOf(firstName: string, lastName: string, count: number): string {
  const local = `${firstName}.${lastName}`
    .normalize('NFD')
    .replace(/[^A-Za-z.-]/g, '')
    .toLowerCase();
  const domain = count % 4 === 0 ? 'example.org' : 'example.com';
  return `${local}${count % 7 === 0 ? count : ''}@${domain}`;
}

function phoneOf(count: number): string {
  const area = ['214', '281', '432', '505', '520', '602', '915'][Math.floor(count / 100) % 7] ?? '214';
  return `${area}55501${String(count % 100).padStart(2, '0')}`;
}
