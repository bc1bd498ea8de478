/** SQLSTATE `query_canceled`: how Postgres ends a statement that takes too long. */
export const QUERY_CANCELED = '57014';

/** SQLSTATE `read_only_sql_transaction`: a failover has made a replica of this connection's server. */
export const READ_ONLY = '25006';

/** SQLSTATE `admin_shutdown`. */
export const ADMIN_SHUTDOWN = '57P01';

/** What node-postgres says when a server has not ended a long statement by itself: it hangs. */
export const QUERY_READ_TIMEOUT = 'Query read timeout';
