-- rates_used
SELECT breakdown, CASE WHEN status = 'computed' AND contains(coalesce(caveat, ''), 'identity_violated')
  THEN 'identity_violated' ELSE status END AS used, count(*) AS rates
FROM metrics WHERE metric = 'refusal_rate' GROUP BY ALL;

-- rate_by_kind
SELECT kind(agency_name) AS kind, count(*) AS reports, sum(numerator) AS numerator, sum(denominator) AS denominator,
  sum(numerator) / sum(denominator) AS value, lower95(sum(numerator), sum(denominator)) AS lower,
  upper95(sum(numerator), sum(denominator)) AS upper
FROM sound WHERE metric = 'refusal_rate' AND breakdown = 'total' GROUP BY ALL;

-- rate_by_applicant
SELECT breakdown, count(*) AS reports, sum(numerator) AS numerator, sum(denominator) AS denominator,
  sum(numerator) / sum(denominator) AS value, lower95(sum(numerator), sum(denominator)) AS lower,
  upper95(sum(numerator), sum(denominator)) AS upper
FROM sound WHERE metric = 'refusal_rate' AND breakdown <> 'total' GROUP BY ALL;

-- reasons_by_kind
WITH cells AS (
  SELECT kind(agency_name) AS kind, split_part(indicator, '.', 3) AS reason, value,
    bool_and(value IS NOT NULL) OVER (PARTITION BY report_id) AS whole
  FROM observations WHERE section = 'requests' AND starts_with(indicator, 'result.refused.') AND breakdown = 'total'
), sums AS (
  SELECT kind, reason, sum(value) AS refusals FROM cells WHERE whole GROUP BY ALL
)
SELECT *, refusals / nullif(sum(refusals) OVER (PARTITION BY kind), 0) AS share FROM sums;

-- reasons_by_applicant
WITH cells AS (
  SELECT breakdown, split_part(indicator, '.', 3) AS reason, value,
    bool_and(value IS NOT NULL) OVER (PARTITION BY report_id, breakdown) AS whole
  FROM observations WHERE section = 'requests' AND starts_with(indicator, 'result.refused.') AND breakdown <> 'total'
), sums AS (
  SELECT breakdown, reason, sum(value) AS refusals FROM cells WHERE whole GROUP BY ALL
)
SELECT *, refusals / nullif(sum(refusals) OVER (PARTITION BY breakdown), 0) AS share FROM sums;
