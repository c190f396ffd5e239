-- Features of each underlying's options at each close: level, skew and wings of the smile, premium, positioning.
-- name: features.options
-- version: 1
-- kind: table
-- grain: symbol, date
-- inputs: curated.option_quotes, curated.bars, curated.rates, reference.earnings
-- lookahead: none: row t uses quotes and closes of t and before, and open interest as published before t's close
-- audits: unique(symbol, date)
-- owner: research
-- source: Gatheral & Jacquier (2014) surfaces; Carr & Wu (2009) variance premium; Barbon & Buraschi (2021) gamma

-- curated.option_quotes has a row an option and session: contract (its key), symbol, date, asof (instant of the quotes), known_at, expiry, kind
-- ('call' or 'put'), strike, bid, ask, bid_size, ask_size, volume, open_interest (as published that morning) and spot, the
-- price of the underlying at that instant, as traded; curated.bars the closes, free of splits; curated.rates (date, rate) the
-- riskless rate, continuously compounded; reference.earnings (symbol, announced, earnings_date) the date of the next report,
-- by the instant at which it was told.
-- The features are constant-maturity: 30 and 91 days. Deltas are forward deltas.
WITH quotes AS (
  SELECT q.*, years_to_expiry(q.asof, q.expiry) AS years, exp(-r.rate * years_to_expiry(q.asof, q.expiry)) AS discount
  FROM curated.option_quotes AS q
  LEFT JOIN curated.rates AS r ON r.date = q.date
  WHERE q.expiry > q.date
),
two_sided AS (
  SELECT * FROM quotes WHERE quote_usable(kind, strike, bid, ask, bid_size, ask_size, years)
),
-- With the discount given, early exercise of American puts does not pass for a rate.
forwards AS (
  SELECT symbol, asof, expiry, years, parity_forward(strike, call_bid, call_ask, put_bid, put_ask, discount => discount) AS parity
  FROM (
    SELECT c.symbol, c.asof, c.expiry, c.years, c.discount, c.strike, c.bid AS call_bid, c.ask AS call_ask, p.bid AS put_bid, p.ask AS put_ask
    FROM two_sided AS c
    JOIN two_sided AS p ON p.symbol = c.symbol AND p.asof = c.asof AND p.expiry = c.expiry AND p.strike = c.strike
    WHERE c.kind = 'call' AND p.kind = 'put'
  )
  GROUP BY symbol, asof, expiry, years
),
-- Out of the money, where early exercise is worth least and quotes are closest.
volatilities AS (
  SELECT q.symbol, q.asof, q.expiry, q.years, f.parity['forward'] AS forward, q.strike,
    black76_iv(q.kind, (q.bid + q.ask) / 2, f.parity['forward'], q.strike, q.years, -ln(f.parity['discount']) / q.years) AS iv
  FROM quotes AS q
  JOIN forwards AS f ON f.symbol = q.symbol AND f.asof = q.asof AND f.expiry = q.expiry
  WHERE quote_usable(q.kind, q.strike, q.bid, q.ask, q.bid_size, q.ask_size, q.years, f.parity['forward'], f.parity['discount'])
    AND (q.kind = 'call') = (q.strike >= f.parity['forward'])
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
-- What is open and traded, each option with the volatility of its strike.
positions AS (
  SELECT q.symbol, q.date, q.asof,
    put_call_ratio(q.kind, q.volume)        AS put_call_volume,
    put_call_ratio(q.kind, q.open_interest) AS put_call_open,
    sum(q.volume)                           AS volume,
    sum(q.open_interest)                    AS open_interest,
    gamma_exposure(q.kind, q.spot, bs_greeks(q.kind, q.spot, q.strike, q.years, coalesce(-ln(q.discount) / q.years, 0.0),
      surface_iv(s.surface, q.expiry, q.strike))['gamma'], q.open_interest) AS gamma_exposure
  FROM quotes AS q
  LEFT JOIN surfaces AS s ON s.symbol = q.symbol AND s.asof = q.asof
  GROUP BY q.symbol, q.date, q.asof
),
realized AS (
  SELECT symbol, date, close_to_close_volatility(close, n => 21) OVER (PARTITION BY symbol ORDER BY date) AS volatility
  FROM curated.bars
),
daily AS (
  SELECT p.*, m.near, m.far, r.volatility AS realized_volatility
  FROM positions AS p
  LEFT JOIN smiles AS m ON m.symbol = p.symbol AND m.asof = p.asof
  LEFT JOIN realized AS r ON r.symbol = p.symbol AND r.date = p.date
),
told AS (
  SELECT d.*, e.earnings_date
  FROM daily AS d
  ASOF JOIN reference.earnings AS e MATCH_CONDITION (d.asof >= e.announced) ON d.symbol = e.symbol
)
SELECT
  CAST(symbol AS VARCHAR)                                               AS symbol,           -- underlying
  CAST(date AS DATE)                                                    AS date,             -- session of the quotes
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
  power(near['swap_iv'], 2) - power(realized_volatility, 2)             AS variance_premium, -- less variance of the last 21 sessions
  put_call_volume,                                                                           -- puts over calls traded
  put_call_open,                                                                             -- puts over calls open
  volume / sma(volume, timeperiod => 20) OVER w                         AS volume_ratio,     -- over the mean of 20 sessions
  open_interest - lag(open_interest, 1) OVER w                          AS open_change,      -- contracts opened since the session before
  gamma_exposure,                                                                            -- money per 1 % of the underlying
  CASE WHEN earnings_date >= date THEN earnings_date - date END         AS days_to_earnings  -- days, NULL if no date is known
FROM told
WINDOW w AS (PARTITION BY symbol ORDER BY date)
ORDER BY symbol, date
