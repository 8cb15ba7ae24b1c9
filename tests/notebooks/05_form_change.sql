-- comparable
WITH forms AS (
  SELECT split_part(series, '.', 1) AS section, string_agg(DISTINCT form, '+' ORDER BY form) AS form
  FROM crosswalk WHERE form IN ('2019', '2021') AND relation <> 'not_comparable'
  GROUP BY series, series_breakdown
)
SELECT section, form, count(*) AS series FROM forms GROUP BY ALL;

-- change
SELECT * FROM change;

-- forms
SELECT report_year, form, count(*) AS reports FROM reports WHERE form IN ('2019', '2021') GROUP BY ALL;

-- holes
SELECT o.report_year, r.form, count(*) AS n_cells, count_if(o.status = 'blank') AS n_blank,
  count_if(o.status = 'mark') AS n_mark, count_if(o.status = 'illegible') AS n_illegible,
  count_if(o.status = 'absent') AS n_absent, count_if(o.status <> 'reported') AS without_number,
  count_if(o.status <> 'reported') / count(*) AS share
FROM observations o JOIN (SELECT report_id, form FROM reports) r USING (report_id)
WHERE r.form IN ('2019', '2021')
GROUP BY ALL;

-- breaks
WITH told AS (SELECT * FROM change WHERE ratio > 0 AND pairs >= 10),
steady AS (
  SELECT series, min(ratio) AS lowest_other, max(ratio) AS highest_other
  FROM told WHERE NOT form_changed GROUP BY ALL HAVING count(*) >= 3
)
SELECT series, ratio, lowest_other, highest_other FROM told JOIN steady USING (series)
WHERE form_changed AND report_year = 2021;
