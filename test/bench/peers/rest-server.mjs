/**
 * A portal reduced to one resource: `node rest-server.mjs gps|driveri <port> <file>`. The file is the answer of the gateway to the
 * bench's query: all candidates show the same drivers.
 *
 *   gps       GET /drivers?first=50                    { nodes: [{ id, driverId, gps: { … } }] }
 *   driveri   GET /drivers?driverId=D-1&driverId=D-2   [{ driverId, status, observedAt }]
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [, , portal, port, file] = process.argv;
const { nodes } = JSON.parse(readFileSync(file, 'utf8')).drivers;
// Made once: what is measured is not this server.
const gpsNodes = nodes.map(({ id, gps, driveri }) => ({ id, driverId: driveri?.driverId ?? null, gps }));
const texts = new Map(nodes.map(({ driveri }) => [driveri?.driverId, JSON.stringify(driveri)]));
const pages = new Map();

function gpsPage(first) {
  if (!pages.has(first)) pages.set(first, JSON.stringify({ nodes: gpsNodes.slice(0, first) }));
  return pages.get(first);
}

const driveriDrivers = (ids) => `[${ids.flatMap((id) => texts.get(id) ?? []).join(',')}]`;

createServer((request, response) => {
  const { searchParams } = new URL(request.url, 'http://portal');
  const text =
    portal === 'gps'
      ? gpsPage(Number(searchParams.get('first')))
      : driveriDrivers(searchParams.getAll('driverId'));
  response.setHeader('content-type', 'application/json');
  response.end(text);
}).listen(Number(port), '127.0.0.1');
