-- Every run against the one that has another value of one factor and is equal in all else. [experiment=NAME, default the newest] [factor=KEY, default the first] [baseline=VALUE, default its first] [metric=NAME] [which=last]
WITH chosen AS (
  SELECT e.id, e.name, e.metric, f.position, f.key
  FROM experiment AS e JOIN factor AS f ON f.experiment = e.id
  WHERE (:experiment IS NULL OR e.name = :experiment)
    AND (:factor IS NULL OR f.key = :factor OR f.key LIKE '%.' || :factor)
  ORDER BY e.updated DESC, e.id DESC, f.position LIMIT 1
), level AS (
  SELECT c.name, c.key, link.label, link.seed, link.run, link.position AS place, r.value,
         json_extract(link.cell, '$[' || c.position || ']') AS level,
         json_remove(link.cell, '$[' || c.position || ']') AS block
  FROM chosen AS c
  JOIN experiment_run AS link ON link.experiment = c.id
  JOIN run ON run.id = link.run AND run.state = 'done'
  JOIN metric AS m ON m.name = coalesce(:metric, c.metric)
  JOIN result AS r ON r.run = run.id AND r.metric = m.id AND r.which = coalesce(:which, 'best')
)
SELECT a.name AS experiment, a.key AS factor, a.level AS value, b.level AS baseline, a.label, a.seed, a.run, b.run AS baseline_run,
       a.value - b.value AS difference
FROM level AS a
JOIN level AS b ON b.block = a.block AND b.seed = a.seed AND b.level IS NOT a.level
 AND b.level IS coalesce(:baseline, (SELECT level FROM level ORDER BY place LIMIT 1))
ORDER BY a.place, a.seed;
