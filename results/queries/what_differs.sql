-- Settings in which two variants differ. [a=RUN] [b=RUN], runs of the two; default the two runs made last of different variants
WITH latest AS (
  SELECT variant, max(id) AS run FROM run GROUP BY variant ORDER BY run DESC LIMIT 2
), pair AS (
  SELECT coalesce((SELECT variant FROM run WHERE id = :a), (SELECT variant FROM latest ORDER BY run LIMIT 1)) AS a,
         coalesce((SELECT variant FROM run WHERE id = :b), (SELECT variant FROM latest ORDER BY run DESC LIMIT 1)) AS b
)
SELECT key, (SELECT value FROM param WHERE param.variant = pair.a AND param.key = keys.key) AS a,
       (SELECT value FROM param WHERE param.variant = pair.b AND param.key = keys.key) AS b
FROM pair, (SELECT DISTINCT key FROM param WHERE variant IN (SELECT a FROM pair UNION SELECT b FROM pair)) AS keys
WHERE (SELECT type || ' ' || value FROM param WHERE param.variant = pair.a AND param.key = keys.key)
  IS NOT (SELECT type || ' ' || value FROM param WHERE param.variant = pair.b AND param.key = keys.key)
ORDER BY key;
