-- Means of a metric with one factor down and another across (at most eight values); the first row names the columns. [experiment=NAME, default the newest] [rows=KEY] [cols=KEY] [metric=NAME] [which=last]
WITH chosen AS (
  SELECT id, metric FROM experiment WHERE :experiment IS NULL OR name = :experiment ORDER BY updated DESC, id DESC LIMIT 1
), down AS (
  SELECT f.position, f.key FROM chosen JOIN factor AS f ON f.experiment = chosen.id
  WHERE CASE WHEN :rows IS NOT NULL THEN f.key = :rows OR f.key LIKE '%.' || :rows
             ELSE :cols IS NULL OR NOT (f.key = :cols OR f.key LIKE '%.' || :cols) END
  ORDER BY f.position LIMIT 1
), across AS (
  SELECT f.position FROM chosen JOIN factor AS f ON f.experiment = chosen.id
  WHERE f.position <> (SELECT position FROM down) AND (:cols IS NULL OR f.key = :cols OR f.key LIKE '%.' || :cols)
  ORDER BY f.position LIMIT 1
), value AS (
  SELECT json_extract(link.cell, '$[' || (SELECT position FROM down) || ']') AS row,
         coalesce(json_extract(link.cell, '$[' || (SELECT position FROM across) || ']'), m.name) AS col, link.position AS place,
         r.value
  FROM chosen AS c
  JOIN experiment_run AS link ON link.experiment = c.id
  JOIN run ON run.id = link.run AND run.state = 'done'
  JOIN metric AS m ON m.name = coalesce(:metric, c.metric)
  JOIN result AS r ON r.run = run.id AND r.metric = m.id AND r.which = coalesce(:which, 'best')
), head AS (
  SELECT col, row_number() OVER (ORDER BY min(place)) AS number FROM value GROUP BY col
)
SELECT down.key AS row, max(iif(number = 1, col, NULL)) AS c1, max(iif(number = 2, col, NULL)) AS c2,
       max(iif(number = 3, col, NULL)) AS c3, max(iif(number = 4, col, NULL)) AS c4, max(iif(number = 5, col, NULL)) AS c5,
       max(iif(number = 6, col, NULL)) AS c6, max(iif(number = 7, col, NULL)) AS c7, max(iif(number = 8, col, NULL)) AS c8
FROM down, head GROUP BY down.key
UNION ALL
SELECT * FROM (
  SELECT value.row, avg(iif(number = 1, value, NULL)), avg(iif(number = 2, value, NULL)), avg(iif(number = 3, value, NULL)),
         avg(iif(number = 4, value, NULL)), avg(iif(number = 5, value, NULL)), avg(iif(number = 6, value, NULL)),
         avg(iif(number = 7, value, NULL)), avg(iif(number = 8, value, NULL))
  FROM value JOIN head USING (col) GROUP BY value.row ORDER BY min(place));
