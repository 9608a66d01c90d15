-- The best variants of every experiment by its own metric, best first. [experiment=NAME] [top=10]
SELECT experiment, place, label, metric, n, mean, sd, low, high
FROM (SELECT c.experiment, c.label, c.metric, c.n, c.mean, c.sd, c.low, c.high, e.updated,
             rank() OVER (PARTITION BY c.experiment
                          ORDER BY c.mean IS NULL, CASE WHEN e.maximize THEN -c.mean ELSE c.mean END) AS place
      FROM v_compare AS c
      JOIN experiment AS e ON e.name = c.experiment AND e.metric = c.metric
      WHERE c.which = 'best' AND (:experiment IS NULL OR c.experiment = :experiment))
WHERE place <= coalesce(:top, 10)
ORDER BY updated DESC, experiment, place, label;
