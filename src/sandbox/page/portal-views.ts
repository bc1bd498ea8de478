import { markup, when, type Markup } from './markup';
import type { Field, PortalPage, Row, Values } from './portal-page';

const PER_PAGE = 50;

/** Everything on one page: drivers, commands, faults, switches. */
export function overviewPage(portal: PortalPage, query: URLSearchParams, problem: string): Markup {
  const search = query.get('q') ?? '';
  const found = matching(portal.rows(), search);
  const last = Math.max(1, Math.ceil(found.length / PER_PAGE));
  const number = Math.min(last, Math.max(1, Math.trunc(Number(query.get('page') ?? '1')) || 1));
  const back = linkTo(search, number);
  return markup`
    <p>${portal.intro}</p>
    ${problemNote(problem)}
    <form class="bar" method="get" action="/">
      <input type="search" name="q" value="${search}" placeholder="Search" size="32" aria-label="Search">
      <button>Search</button><span class="num">${found.length} drivers</span><span class="space"></span>
      <a class="button main" href="/driver">Add a driver</a>
    </form>
    ${table(portal, found.slice((number - 1) * PER_PAGE, number * PER_PAGE), back)}
    ${pager(search, number, last)}
    ${portal.more?.() ?? ''}
    ${commandBar(portal)}
    ${faultPanel(portal)}
    ${switchPanel(portal)}`;
}

/** The form of one driver, or of a new one. */
export function formPage(
  portal: PortalPage,
  key: string | undefined,
  values: Values,
  problem: string,
): Markup {
  return markup`
    <h2>${key === undefined ? 'New driver' : `Driver ${key}`}</h2>
    ${problemNote(problem)}
    <form method="post" action="/driver">
      ${when(key !== undefined, () => hidden('key', key ?? ''))}
      <div class="fields">${portal.fields.map((field) => input(field, values[field.name] ?? ''))}</div>
      <div class="bar"><button class="main">Save</button><a class="button" href="/">Cancel</a></div>
    </form>`;
}

function matching(rows: readonly Row[], search: string): readonly Row[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return rows;
  return rows.filter((row) => row.cells.some((cell) => cell.toLowerCase().includes(wanted)));
}

function table(portal: PortalPage, rows: readonly Row[], back: string): Markup {
  return markup`<div class="scroll"><table>
    <thead><tr>${portal.columns.map((column) => markup`<th>${column}</th>`)}<th></th></tr></thead>
    <tbody>${rows.map((row) => tableRow(row, back))}</tbody></table></div>`;
}

function tableRow(row: Row, back: string): Markup {
  const buttons = row.actions.map(
    (
      action,
    ) => markup`<form class="inline" method="post" action="/act">${hidden('key', row.key)}${hidden('back', back)}
      <button name="action" value="${action}">${action}</button></form> `,
  );
  return markup`<tr${when(row.gone, () => markup` class="gone"`)}>${row.cells.map((cell) => markup`<td>${cell}</td>`)}
    <td><a class="button" href="/driver?key=${encodeURIComponent(row.key)}">Edit</a> ${buttons}</td></tr>`;
}

function pager(search: string, number: number, last: number): Markup {
  return markup`<div class="bar">
    ${when(number > 1, () => markup`<a class="button" href="${linkTo(search, number - 1)}">Previous</a>`)}
    <span class="num">Page ${number} of ${last}</span>
    ${when(number < last, () => markup`<a class="button" href="${linkTo(search, number + 1)}">Next</a>`)}</div>`;
}

function linkTo(search: string, number: number): string {
  return `/?${new URLSearchParams({ q: search, page: String(number) }).toString()}`;
}

function commandBar(portal: PortalPage): Markup {
  return markup`<h2>Portal</h2><form class="bar" method="post" action="/command">${Object.keys(
    portal.commands,
  ).map((command) => markup`<button name="command" value="${command}">${command}</button>`)}</form>`;
}

function faultPanel({ faults }: PortalPage): Markup {
  return markup`<h2>Faults</h2>
    <p>What goes wrong, and for how many calls (none given: until cleared). Options of a kind go in as JSON.</p>
    ${when(faults.list().length > 0, () => markup`<table><tbody>${faults.list().map(faultRow)}</tbody></table>`)}
    <form class="bar" method="post" action="/faults">
      ${select('operation', ['*', ...faults.operations], '*')} ${select('kind', faults.kinds, 'slow')}
      <input name="times" size="6" inputmode="numeric" placeholder="times">
      <input name="delayMs" size="8" inputmode="numeric" placeholder="delay ms">
      <input name="more" size="28" placeholder='{"keep": 0.5}'>
      <button>Set</button>
    </form>
    <form class="bar" method="post" action="/faults/clear"><button>Clear all faults</button></form>`;
}

function faultRow({
  id,
  operation,
  kind,
  left,
  hits,
  ...more
}: ReturnType<PortalPage['faults']['list']>[number]): Markup {
  const { times: _times, ...options } = more;
  return markup`<tr><td>${operation}</td><td><span class="tag">${kind}</span></td><td>${JSON.stringify(options)}</td>
    <td>${hits} hit, ${left === null ? 'until cleared' : `${left} to go`}</td>
    <td><form class="inline" method="post" action="/faults/clear">${hidden('id', id)}<button>Clear</button></form></td></tr>`;
}

function switchPanel(portal: PortalPage): Markup {
  const switches = JSON.stringify(portal.switches(), null, 2);
  return markup`<h2>Switches</h2><p>Where the vendor's documents leave room, these decide.</p>
    <form method="post" action="/switches">
      <textarea name="switches" rows="${switches.split('\n').length}" spellcheck="false" aria-label="Switches">${switches}</textarea>
      <div class="bar"><button>Apply</button></div></form>`;
}

function input(field: Field, value: string): Markup {
  const control =
    field.choices === undefined
      ? markup`<input name="${field.name}" value="${value}">`
      : select(field.name, field.choices, value);
  return markup`<label>${field.label}${control}</label>`;
}

function select(name: string, choices: readonly string[], chosen: string): Markup {
  return markup`<select name="${name}" aria-label="${name}">${choices.map(
    (choice) =>
      markup`<option value="${choice}"${when(choice === chosen, () => markup` selected`)}>${choice === '' ? '—' : choice}</option>`,
  )}</select>`;
}

function hidden(name: string, value: string): Markup {
  return markup`<input type="hidden" name="${name}" value="${value}">`;
}

function problemNote(problem: string): Markup {
  return when(problem !== '', () => markup`<p class="problem" role="alert">${problem}</p>`);
}
