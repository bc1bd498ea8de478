/** Apollo Server that answers the bench's query from memory: `node apollo-server.mjs <port> <file>`. */
import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';

const [, , port, file] = process.argv;
const { nodes } = JSON.parse(readFileSync(file, 'utf8')).drivers;

const server = new ApolloServer({
  typeDefs: `
    type Gps {
      gpsId: ID! firstName: String lastName: String email: String phone: String referenceId: String observedAt: String!
    }
    type Driveri { driverId: String! status: String! observedAt: String! }
    type Driver { id: ID! gps: Gps driveri: Driveri }
    type Drivers { nodes: [Driver!]! }
    type Query { drivers(first: Int): Drivers! }`,
  resolvers: { Query: { drivers: async (_root, { first }) => ({ nodes: nodes.slice(0, first) }) } },
  // As the gateway does: it takes half of Apollo's throughput.
  plugins: [ApolloServerPluginCacheControlDisabled()],
});
await startStandaloneServer(server, { listen: { port: Number(port), host: '127.0.0.1' } });
