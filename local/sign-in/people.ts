/** The two people who can sign in locally. Their `sub` never changes, so their items survive everything. */
export interface Person {
  readonly username: string;
  readonly sub: string;
  readonly name: string;
  readonly email: string;
}

export const people = [
  {
    username: 'alice',
    sub: 'a11ce000-0000-4000-8000-000000000001',
    name: 'Alice',
    email: 'alice@example.com',
  },
  {
    username: 'bob',
    sub: 'b0b00000-0000-4000-8000-000000000002',
    name: 'Bob',
    email: 'bob@example.com',
  },
] as const satisfies readonly Person[];

export const findPerson = (username: string | null | undefined): Person | undefined =>
  people.find((person) => person.username === username);
