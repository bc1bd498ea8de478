import { driversSearch } from '../../../src/console/app/screens/drivers/drivers-search';
import { parseSearch, stringifySearch } from '../../../src/console/app/shell/search-params';

describe('addresses', () => {
  it('say what is shown in words that a person can read', () => {
    const search = driversSearch({ q: 'Ada & Zoë', status: 'HELD,FAILED', sort: '-synced' });
    const text = stringifySearch(search as Record<string, unknown>);
    expect(text).toBe('?q=Ada%20%26%20Zo%C3%AB&status=HELD,FAILED&sort=-synced');
    expect(driversSearch(parseSearch(text))).toEqual(search);
  });

  it('have only what was chosen', () => {
    expect(stringifySearch({ q: '', status: [], group: undefined })).toBe('');
  });

  it('are read without what they cannot mean', () => {
    expect(driversSearch(parseSearch('?status=HELD,NONSENSE&presence=&sort=sideways&x=1'))).toEqual({
      status: ['HELD'],
    });
  });
});
