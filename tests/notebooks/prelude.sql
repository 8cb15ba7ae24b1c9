-- What the queries of the notebooks' figures share. The interval is written in another way than in the notebooks.
CREATE MACRO kind(name) AS CASE
  WHEN regexp_matches(name, '[乡镇](人民)?政府$|街道办事处$') THEN 'township'
  WHEN regexp_matches(name, '办公[厅室]$') THEN 'office'
  WHEN name LIKE '%政府' THEN 'government'
  WHEN regexp_matches(name, '(管委会|管理委员会)$') THEN 'zone'
  WHEN contains(name, '公安') THEN 'police'
  ELSE 'department' END;
CREATE MACRO lower95(k, n) AS CASE WHEN n > 0 THEN greatest(0,
  (2 * k + 3.841458820694124 - 1.959963984540054 * sqrt(3.841458820694124 + 4 * k * (1 - k / n)))
  / (2 * (n + 3.841458820694124))) END;
CREATE MACRO upper95(k, n) AS CASE WHEN n > 0 THEN least(1,
  (2 * k + 3.841458820694124 + 1.959963984540054 * sqrt(3.841458820694124 + 4 * k * (1 - k / n)))
  / (2 * (n + 3.841458820694124))) END;
CREATE VIEW sound AS SELECT * FROM metrics
  WHERE status = 'computed' AND breakdown IS NOT NULL AND NOT contains(coalesce(caveat, ''), 'identity_violated');
CREATE VIEW change AS
  SELECT series, later.report_year, later.form <> earlier.form AS form_changed, count(*) AS pairs,
    sum(earlier.value) AS before, sum(later.value) AS after, sum(later.value) / nullif(sum(earlier.value), 0) AS ratio
  FROM panel earlier JOIN panel later USING (agency_id, scope, series, breakdown)
  WHERE breakdown = 'total' AND later.report_year = earlier.report_year + 1 AND earlier.value IS NOT NULL
    AND later.value IS NOT NULL AND earlier.form IN ('2019', '2021') AND later.form IN ('2019', '2021')
    AND series IN (
      'requests.new', 'requests.result.granted', 'requests.result.partial', 'requests.result.refused',
      'requests.result.unavailable', 'requests.result.not_processed', 'requests.result.other', 'requests.carried_out',
      'review.reconsideration', 'review.litigation')
  GROUP BY ALL;
