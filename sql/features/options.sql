-- Features of each underlying's options at each close: level, skew and wings of the smile, premium, positioning.
-- name: features.options
-- version: 1
-- kind: table
-- grain: symbol, asof
-- inputs: curated.option_quotes, curated.bars, curated.rates, reference.earnings
-- lookahead: none: row t uses quotes of t, and what else was known by then; trade on it after t
-- audits: unique(symbol, asof), not_null(volume, open_interest)
-- owner: research
-- source: Gatheral & Jacquier (2014) surfaces; Carr & Wu (2009) variance premium; Barbon & Buraschi (2021) gamma

-- curated.option_quotes has a row an option and session, of standard contracts of one class an underlying: contract (its
-- key), symbol, asof (instant of the quotes, one a session), expiry, kind ('call' or 'put'), strike, bid, ask, bid_size, ask_size, volume,
-- open_interest (as published that morning) and spot, the price of the underlying at that instant, as traded;
-- curated.bars (symbol, date, close) the closes, free of splits; curated.rates (ts, rate) the riskless rate, continuously
-- compounded, by the instant from which it was known; reference.earnings (symbol, announced, earnings_date) the date of the next
-- report, by the instant at which it was told. A session without a rate known has no row.
-- The features are constant-maturity: 30 and 91 days. Deltas are forward deltas.
WITH quotes AS (
  SELECT q.contract, q.symbol, q.asof, q.expiry, q.kind, q.strike, q.bid, q.ask, q.bid_size, q.ask_size, q.volume, q.open_interest, q.spot,
    r.rate, years_to_expiry(q.asof, q.expiry) AS years
  FROM curated.option_quotes AS q
  ASOF INNER JOIN curated.rates AS r MATCH_CONDITION (q.asof >= r.ts)
),
two_sided AS (
  SELECT * FROM quotes WHERE years > 0 AND quote_usable(kind, strike, bid, ask, bid_size, ask_size, years)
),
-- With the discount given, early exercise of American puts does not pass for a rate.
forwards AS (
  SELECT symbol, asof, expiry, parity_forward(strike, call_bid, call_ask, put_bid, put_ask, discount => exp(-rate * years))['forward'] AS forward
  FROM (
    SELECT c.symbol, c.asof, c.expiry, c.years, c.rate, c.strike, c.bid AS call_bid, c.ask AS call_ask, p.bid AS put_bid, p.ask AS put_ask
    FROM two_sided AS c
    JOIN two_sided AS p ON p.symbol = c.symbol AND p.asof = c.asof AND p.expiry = c.expiry AND p.strike = c.strike
    WHERE c.kind = 'call' AND p.kind = 'put'
  ) AS pairs
  GROUP BY symbol, asof, expiry
),
priced AS (
  SELECT q.*, f.forward
  FROM quotes AS q
  LEFT JOIN forwards AS f ON f.symbol = q.symbol AND f.asof = q.asof AND f.expiry = q.expiry
),
-- Out of the money, where early exercise is worth least and quotes are closest.
volatilities AS (
  SELECT symbol, asof, expiry, years, forward, strike, black76_iv(kind, (bid + ask) / 2, forward, strike, years, rate) AS iv
  FROM priced
  WHERE years > 0 AND forward > 0 AND quote_usable(kind, strike, bid, ask, bid_size, ask_size, years, forward, exp(-rate * years))
    AND (kind = 'call') = (strike >= forward)
),
slices AS (
  SELECT * FROM svi_surface(TABLE volatilities, method => 'essvi')
),
surfaces AS (
  SELECT symbol, asof, vol_surface(expiry, years, forward, a, b, rho, m, sigma) AS surface
  FROM slices
  WHERE status = 'fitted'
  GROUP BY symbol, asof
),
smiles AS (
  SELECT symbol, asof, surface, surface_smile(surface, 30 / 365.0) AS near, surface_smile(surface, 91 / 365.0) AS far
  FROM surfaces
),
-- What is open and traded, each option with the volatility of its strike and the carry of its forward.
numbered AS (
  SELECT *, dense_rank() OVER (PARTITION BY symbol ORDER BY asof) AS session
  FROM priced
),
changes AS (
  SELECT *, CASE WHEN lag(session, 1) OVER (PARTITION BY contract ORDER BY asof) = session - 1
    THEN open_interest - lag(open_interest, 1) OVER (PARTITION BY contract ORDER BY asof) END AS opened
  FROM numbered
),
positions AS (
  SELECT q.symbol, q.asof,
    put_call_ratio(q.kind, q.volume)        AS put_call_volume,
    put_call_ratio(q.kind, q.open_interest) AS put_call_open,
    sum(q.volume)                           AS volume,
    sum(q.open_interest)                    AS open_interest,
    sum(q.opened)                           AS open_change,
    gamma_exposure(q.kind, q.spot, bs_greeks(q.kind, q.spot, q.strike, q.years, q.rate, surface_iv(s.surface, q.expiry, q.strike),
      q.rate - ln(q.forward / q.spot) / q.years)['gamma'], q.open_interest) AS gamma_exposure
  FROM changes AS q
  LEFT JOIN surfaces AS s ON s.symbol = q.symbol AND s.asof = q.asof
  GROUP BY q.symbol, q.asof
),
-- The variance of the 21 sessions before, unless one of their closes was told or corrected after the quotes.
realized AS (
  SELECT symbol, date,
    max(known_at) OVER (PARTITION BY symbol ORDER BY date ROWS BETWEEN 21 PRECEDING AND CURRENT ROW) AS complete,
    close_to_close_volatility(close, n => 21) OVER (PARTITION BY symbol ORDER BY date) AS volatility
  FROM curated.bars
),
told AS (
  SELECT p.*, m.near, m.far, e.earnings_date,
    CASE WHEN r.date >= CAST(p.asof AS DATE) - 7 AND r.complete <= p.asof THEN r.volatility END AS realized_volatility
  FROM positions AS p
  LEFT JOIN smiles AS m ON m.symbol = p.symbol AND m.asof = p.asof
  ASOF JOIN realized AS r MATCH_CONDITION (CAST(p.asof AS DATE) > r.date) ON p.symbol = r.symbol
  ASOF JOIN reference.earnings AS e MATCH_CONDITION (p.asof >= e.announced) ON p.symbol = e.symbol
)
SELECT
  CAST(symbol AS VARCHAR)                                               AS symbol,           -- underlying
  asof,                                                                                      -- instant of the quotes
  near['iv']                                                            AS iv_30,            -- volatility at the forward, 30 days
  near['slope']                                                         AS slope_30,         -- its slope in ln(strike/forward)
  near['curvature']                                                     AS curvature_30,     -- its curvature
  near['rr_25']                                                         AS rr_25,            -- call less put of delta 0.25
  near['bf_25']                                                         AS bf_25,            -- their mean less iv_30
  near['rr_10']                                                         AS rr_10,            -- of delta 0.10
  near['bf_10']                                                         AS bf_10,            -- likewise
  near['swap_iv']                                                       AS swap_iv_30,       -- of a variance swap, all strikes
  near['expected_move']                                                 AS expected_move_30, -- straddle as a share of the forward
  far['iv'] - near['iv']                                                AS term_slope,       -- 91 less 30 days
  iv_rank(near['iv'], timeperiod => 252) OVER w                         AS iv_rank,          -- 0 … 1 over a year
  iv_percentile(near['iv'], timeperiod => 252) OVER w                   AS iv_percentile,    -- likewise
  near['iv'] - lag(near['iv'], 1) OVER w                                AS iv_change_1,      -- since the session before
  power(near['swap_iv'], 2) - power(realized_volatility, 2)             AS variance_premium, -- less variance of the 21 sessions before
  put_call_volume,                                                                           -- puts over calls traded
  put_call_open,                                                                             -- puts over calls open
  volume,                                                                                    -- contracts traded
  open_interest,                                                                             -- contracts open
  volume / sma(volume, timeperiod => 20) OVER w                         AS volume_ratio,     -- over the mean of 20 sessions
  open_change,                                                                               -- opened since the session before, of contracts listed then
  gamma_exposure,                                                                            -- money per 1 % of the underlying, contracts of 100
  CASE WHEN earnings_date >= CAST(asof AS DATE) THEN earnings_date - CAST(asof AS DATE) END
                                                                        AS days_to_earnings  -- days, NULL if no date is known
FROM told
WINDOW w AS (PARTITION BY symbol ORDER BY asof)
ORDER BY symbol, asof
