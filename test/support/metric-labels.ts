/**
 * Every metric of ours, with its labels: what dashboards and alerts may ask for. Each label takes few values: `account` is `all`
 * above 200 accounts, the others come from lists in the code.
 */
export const METRIC_LABELS: Readonly<Record<string, readonly string[]>> = {
  gateway_account_problem: ['account', 'code'],
  gateway_account_state: ['account', 'state'],
  gateway_accounts_file_usable: [],
  gateway_api_operation_seconds: ['transport', 'type', 'le'],
  gateway_api_operations_total: ['transport', 'type', 'outcome'],
  gateway_api_refused_total: ['transport'],
  gateway_api_streams: ['transport'],
  gateway_api_subscriptions: [],
  gateway_change_delay_seconds: ['type', 'le'],
  gateway_due_drivers: ['account'],
  gateway_held_items: ['account', 'guard'],
  gateway_notification_attempts_total: ['channel', 'result'],
  gateway_notifications_waiting: ['account'],
  gateway_oldest_due_driver_seconds: ['account'],
  gateway_ownership_changes_total: ['change'],
  gateway_portal_budget_left: ['account', 'portal'],
  gateway_portal_call_seconds: ['portal', 'le'],
  gateway_portal_calls_last_day: ['account', 'portal'],
  gateway_portal_calls_total: ['portal', 'operation', 'result'],
  gateway_queue_jobs: ['queue', 'state'],
  gateway_ready: ['check'],
  gateway_roster_age_seconds: ['account', 'portal'],
  gateway_runs_total: ['outcome'],
  gateway_sync_events_total: ['type'],
  gateway_troubled_drivers: ['account'],
  gateway_unowned_due_seconds: ['account'],
};

/** The metric that a series belongs to: a histogram has three kinds of series. */
export const metricOf = (series: string): string =>
  series in METRIC_LABELS ? series : series.replace(/_(bucket|sum|count)$/, '');
