-- The best run of every experiment by its own metric, with the file of its weights. [experiment=NAME]
SELECT experiment, run, label, seed, metric, epoch, value, path
FROM (SELECT r.experiment, r.run, r.label, r.seed, r.metric, r.epoch, r.value, a.path, e.updated,
             row_number() OVER (PARTITION BY r.experiment
                                ORDER BY r.value IS NULL, CASE WHEN e.maximize THEN -r.value ELSE r.value END, r.run) AS place
      FROM v_result AS r
      JOIN experiment AS e ON e.name = r.experiment AND e.metric = r.metric
      LEFT JOIN artifact AS a ON a.run = r.run AND a.name = 'best'
      WHERE r.which = 'best' AND (:experiment IS NULL OR r.experiment = :experiment))
WHERE place = 1
ORDER BY updated DESC, experiment;
