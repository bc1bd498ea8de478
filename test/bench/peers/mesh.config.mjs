/** Hive Gateway's composition of the two REST servers by their OpenAPI documents: Driveri's part is joined by DriverID, in one request. */
import { defineConfig } from '@graphql-mesh/compose-cli';
import { loadOpenAPISubgraph } from '@omnigraph/openapi';

export const composeConfig = defineConfig({
  subgraphs: [
    {
      sourceHandler: loadOpenAPISubgraph('gps', {
        source: './gps.openapi.json',
        endpoint: process.env.GPS_URL,
      }),
    },
    {
      sourceHandler: loadOpenAPISubgraph('driveri', {
        source: './driveri.openapi.json',
        endpoint: process.env.DRIVERI_URL,
      }),
    },
  ],
  additionalTypeDefs: `
    extend type Driver {
      driveri: Driveri
        @resolveTo(
          sourceName: "driveri"
          sourceTypeName: "Query"
          sourceFieldName: "driveriDrivers"
          keyField: "driverId"
          keysArg: "driverId"
        )
    }`,
});
