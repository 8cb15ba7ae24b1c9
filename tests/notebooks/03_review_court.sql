-- rates_used
SELECT metric, CASE WHEN status = 'computed' AND contains(coalesce(caveat, ''), 'identity_violated')
  THEN 'identity_violated' ELSE status END AS used, count(*) AS rates
FROM metrics
WHERE metric IN ('dispute_rate', 'reconsideration_correction_rate.closed', 'litigation_loss_rate.closed')
GROUP BY ALL;

-- disputes_by_kind
SELECT kind(agency_name) AS kind, count(*) AS reports, sum(numerator) AS cases, sum(denominator) AS handled,
  100 * sum(numerator) / sum(denominator) AS per_hundred
FROM sound WHERE metric = 'dispute_rate' GROUP BY ALL;

-- lost_by_kind
SELECT metric, kind(agency_name) AS kind, count(*) AS reports, sum(numerator) AS numerator,
  sum(denominator) AS denominator, sum(numerator) / sum(denominator) AS value,
  lower95(sum(numerator), sum(denominator)) AS lower, upper95(sum(numerator), sum(denominator)) AS upper
FROM sound WHERE metric IN ('reconsideration_correction_rate.closed', 'litigation_loss_rate.closed') GROUP BY ALL;

-- lost_by_year
SELECT metric, report_year, count(*) AS reports, sum(numerator) AS numerator,
  sum(denominator) AS denominator, sum(numerator) / sum(denominator) AS value,
  lower95(sum(numerator), sum(denominator)) AS lower, upper95(sum(numerator), sum(denominator)) AS upper
FROM sound WHERE metric IN ('reconsideration_correction_rate.closed', 'litigation_loss_rate.closed') GROUP BY ALL;

-- largest_reports
WITH closed AS (
  SELECT * FROM sound
  WHERE metric IN ('reconsideration_correction_rate.closed', 'litigation_loss_rate.closed') AND denominator > 0
)
SELECT metric, agency_name, report_year, scope, numerator, denominator, value, lower, upper
FROM closed WHERE report_year = (SELECT max(report_year) FROM closed)
QUALIFY row_number() OVER (PARTITION BY metric ORDER BY denominator DESC, agency_name, scope) <= 12;
