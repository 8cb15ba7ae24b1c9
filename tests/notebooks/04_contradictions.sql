-- by_rule
SELECT rule, severity, count(*) AS findings, count(DISTINCT report_id) AS reports,
  100 * count(DISTINCT report_id) / (SELECT count(*) FROM reports WHERE n_cells > 0) AS per_hundred
FROM findings WHERE responsible = 'publisher' AND severity IN ('error', 'warning') GROUP BY ALL;

-- by_year
WITH wrong AS (
  SELECT report_year, report_id IN (
    SELECT report_id FROM findings WHERE responsible = 'publisher' AND severity = 'error' AND report_id IS NOT NULL
  ) AS wrong
  FROM reports WHERE n_cells > 0
)
SELECT report_year, count_if(wrong) AS numerator, count(*) AS denominator, count_if(wrong) / count(*) AS value,
  lower95(count_if(wrong), count(*)) AS lower, upper95(count_if(wrong), count(*)) AS upper
FROM wrong GROUP BY ALL;

-- suspects
WITH systems AS (SELECT DISTINCT agency_id, report_year, scope, system, n_sets FROM suspects)
SELECT CASE WHEN n_sets <= 2 THEN n_sets::VARCHAR WHEN n_sets <= 5 THEN '3–5' ELSE '6+' END AS explanations,
  count(*) AS systems
FROM systems GROUP BY ALL;

-- copies
SELECT count(*) AS copies, coalesce(count_if(n_different > 0), 0) AS differing, coalesce(sum(n_same), 0) AS cells_same,
  coalesce(sum(n_different), 0) AS cells_different
FROM report_documents WHERE rank > 1;

-- conflicts
SELECT section, report_year, count_if(n_values > 1) AS numerator, count(*) AS denominator,
  count_if(n_values > 1) / count(*) AS value, lower95(count_if(n_values > 1), count(*)) AS lower,
  upper95(count_if(n_values > 1), count(*)) AS upper
FROM observations WHERE n_statements > 1 GROUP BY ALL;
