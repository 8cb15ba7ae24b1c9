-- requests_by_year
SELECT report_year, count(*) AS reports, count(value) AS numbers, sum(value) AS requests
FROM panel WHERE series = 'requests.new' AND breakdown = 'total' GROUP BY ALL;

-- same_agencies
SELECT later.report_year, count(*) AS pairs, sum(earlier.value) AS before, sum(later.value) AS after,
  sum(later.value) / nullif(sum(earlier.value), 0) - 1 AS change
FROM panel earlier JOIN panel later USING (agency_id, scope, series, breakdown)
WHERE series = 'requests.new' AND breakdown = 'total' AND later.report_year = earlier.report_year + 1
  AND earlier.value IS NOT NULL AND later.value IS NOT NULL
GROUP BY ALL;

-- outcome_reports
WITH complete AS (
  SELECT report_id, report_year, bool_and(value IS NOT NULL) AS whole
  FROM observations
  WHERE section = 'requests' AND breakdown = 'total' AND starts_with(indicator, 'result.') AND indicator <> 'result.total'
  GROUP BY ALL
)
SELECT report_year, count(*) AS reports, count_if(whole) AS complete FROM complete GROUP BY ALL;

-- outcomes
WITH cells AS (
  SELECT report_id, report_year, value, 'requests.result.' || split_part(indicator, '.', 2) AS series,
    bool_and(value IS NOT NULL) OVER (PARTITION BY report_id) AS whole
  FROM observations
  WHERE section = 'requests' AND breakdown = 'total' AND starts_with(indicator, 'result.') AND indicator <> 'result.total'
), sums AS (
  SELECT report_year, series, sum(value) AS value FROM cells WHERE whole GROUP BY ALL
)
SELECT *, value / nullif(sum(value) OVER (PARTITION BY report_year), 0) AS share FROM sums;
