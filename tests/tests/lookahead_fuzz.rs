//! Random queries: one that the look-ahead rule accepts gives the same answers up to an instant,
//! whatever comes after it.
//!
//! `TRADEML_FUZZ_PLANS` is the number of queries (10 000 at night), `TRADEML_FUZZ_SEED` the first one's seed.

use std::time::Instant;

use trademl_tests::lake::TestLake;
use trademl_tests::lookahead::{BETWEEN_BUCKETS, before, filled};

/// Random numbers that a seed repeats (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// Writes random queries, all with the columns s (a symbol), t (a timestamp), x and y (numbers).
struct Writer {
    random: Random,
    names: usize,
}

impl Writer {
    fn name(&mut self) -> String {
        self.names += 1;
        format!("r{}", self.names)
    }

    fn table(&mut self) -> String {
        self.random
            .one(&[
                "SELECT symbol AS s, ts AS t, close AS x, volume AS y FROM bars",
                "SELECT symbol AS s, ts AS t, bid AS x, ask AS y FROM quotes",
                "SELECT symbol AS s, CAST(date AS TIMESTAMP) + INTERVAL '1 day' AS t, close AS x, volume AS y FROM daily",
                "SELECT symbol AS s, known_at AS t, eps AS x, 1.0 AS y FROM eps",
                "SELECT symbol AS s, ts AS t, close AS x, volume AS y FROM bars WHERE volume > 2",
            ])
            .to_owned()
    }

    /// A relation in brackets, with its name.
    fn from(&mut self, depth: usize) -> (String, String) {
        let name = self.name();
        (format!("({}) AS {name}", self.query(depth)), name)
    }

    fn interval(&mut self) -> &'static str {
        self.random.one(&[
            "INTERVAL '2 hours'",
            "INTERVAL '1 day'",
            "INTERVAL '30 seconds'",
            "INTERVAL '3 days'",
        ])
    }

    fn frame(&mut self) -> &'static str {
        self.random.one(&[
            "",
            "ROWS BETWEEN 3 PRECEDING AND CURRENT ROW",
            "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
            "ROWS BETWEEN 5 PRECEDING AND 1 PRECEDING",
            "ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING",
            "ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
        ])
    }

    /// A call over a window, its ties resolved by what the rows hold.
    fn window(&mut self) -> String {
        let partition = self.random.one(&[
            "PARTITION BY s",
            "PARTITION BY s",
            "",
            "PARTITION BY t",
            "PARTITION BY s, date_trunc('day', t)",
        ]);
        let order = self.random.one(&[
            "ORDER BY t, s, x, y",
            "ORDER BY t, s, x, y",
            "ORDER BY t",
            "ORDER BY t DESC, s, x, y",
            "ORDER BY x, y, s, t",
            "",
        ]);
        let call = self.random.one(&[
            "sum(x)",
            "avg(y)",
            "max(x)",
            "count(*)",
            "lag(x)",
            "lag(x, 3)",
            "lead(x)",
            "first_value(x)",
            "last_value(y)",
            "row_number()",
            "rank()",
        ]);
        let ranked = ["lag", "lead", "row_number", "rank"].iter().any(|f| call.starts_with(f));
        let frame = match (ranked, order) {
            // Rows that tie would come in any order.
            (true, "" | "ORDER BY t") => {
                return format!("{call} OVER ({partition} ORDER BY t, s, x, y)");
            }
            (true, _) | (false, "" | "ORDER BY t") => "",
            (false, _) => self.frame(),
        };
        let call = if order.is_empty() && call.contains("_value") { "min(x)" } else { call };
        let call = if order == "ORDER BY t" && call.contains("_value") { "min(x)" } else { call };
        format!("{call} OVER ({partition} {order} {frame})")
    }

    fn condition(&mut self, a: &str, b: &str) -> String {
        let by = self.interval();
        match self.random.below(9) {
            0 | 1 => format!("{b}.t <= {a}.t AND {b}.t >= {a}.t - {by}"),
            2 => format!("{b}.t < {a}.t AND {a}.t - {b}.t <= {by}"),
            3 => format!("{b}.t = {a}.t"),
            4 => format!("{b}.t BETWEEN {a}.t - {by} AND {a}.t"),
            5 => format!("{b}.t BETWEEN {a}.t AND {a}.t + {by}"),
            6 => format!("{b}.t + {by} <= {a}.t AND {b}.t > {a}.t - INTERVAL '4 days'"),
            7 => format!("date_trunc('day', {b}.t) = date_trunc('day', {a}.t)"),
            _ => format!("{b}.t > {a}.t - INTERVAL '1 day' AND {b}.x > 100"),
        }
    }

    fn query(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.table();
        }
        match self.random.below(16) {
            0 => {
                let (r, _) = self.from(depth - 1);
                let kept = self.random.one(&[
                    "x > 100",
                    "s <> 'A'",
                    "t >= '2020-01-28'",
                    "y > 2 AND s = 'B'",
                    "x > y",
                ]);
                format!("SELECT * FROM {r} WHERE {kept}")
            }
            1 => {
                let (r, _) = self.from(depth - 1);
                let by = self.interval();
                let t = match self.random.below(4) {
                    0 => format!("t + {by}"),
                    1 => format!("t - {by}"),
                    2 => "date_trunc('day', t)".to_owned(),
                    _ => "t".to_owned(),
                };
                format!("SELECT s, {t} AS t, x - y AS x, y FROM {r}")
            }
            2..=5 => {
                let window = self.window();
                let (r, _) = self.from(depth - 1);
                format!("SELECT s, t, CAST({window} AS DOUBLE) AS x, y FROM {r}")
            }
            6 | 7 => {
                let (r, _) = self.from(depth - 1);
                let unit = self.random.one(&["hour", "day", "day", "week"]);
                let end = self.random.one(&[
                    "",
                    " + INTERVAL '1 hour'",
                    " + INTERVAL '1 day'",
                    " + INTERVAL '7 days'",
                ]);
                let agg = self.random.one(&["sum(x)", "max(x)", "avg(x)", "count(*)", "min(y)"]);
                format!(
                    "SELECT s, date_trunc('{unit}', t){end} AS t, CAST({agg} AS DOUBLE) AS x, max(y) AS y FROM {r} \
                     GROUP BY s, date_trunc('{unit}', t)"
                )
            }
            8 | 9 => {
                let ((a, an), (b, bn)) = (self.from(depth - 1), self.from(depth / 2));
                let kind = self.random.one(&["JOIN", "LEFT JOIN"]);
                let on = self.condition(&an, &bn);
                let t = if self.random.below(5) == 0 { &bn } else { &an };
                format!(
                    "SELECT {an}.s AS s, {t}.t AS t, {an}.x AS x, {bn}.x AS y FROM {a} {kind} {b} ON {an}.s = {bn}.s AND {on}"
                )
            }
            10 => {
                let ((a, an), (b, bn)) = (self.from(depth - 1), self.from(depth / 2));
                let compare = self.random.one(&[">=", ">=", ">", "<="]);
                let kind = self.random.one(&["ASOF JOIN", "ASOF INNER JOIN"]);
                format!(
                    "SELECT {an}.s AS s, {an}.t AS t, {an}.x AS x, \
                     CASE WHEN {bn}.t IS NULL THEN 0.0 ELSE 1.0 END AS y \
                     FROM {a} {kind} {b} MATCH_CONDITION ({an}.t {compare} {bn}.t) ON {an}.s = {bn}.s"
                )
            }
            11 => format!(
                "SELECT * FROM ({}) AS a UNION ALL SELECT * FROM ({}) AS b",
                self.query(depth - 1),
                self.query(depth / 2)
            ),
            12 => {
                let ((a, an), (b, bn)) = (self.from(depth - 1), self.from(depth / 2));
                let not = self.random.one(&["", "NOT "]);
                let on = self.condition(&an, &bn);
                format!(
                    "SELECT * FROM {a} WHERE {not}EXISTS (SELECT 1 FROM {b} WHERE {bn}.s = {an}.s AND {on})"
                )
            }
            13 => {
                let (r, _) = self.from(depth - 1);
                format!("SELECT DISTINCT s, t, x, 0.0 AS y FROM {r}")
            }
            14 => {
                let (r, _) = self.from(depth - 1);
                let order = self.random.one(&["t, s, x, y", "t DESC, s, x, y", "x, t, s, y"]);
                format!("SELECT * FROM (SELECT * FROM {r} ORDER BY {order} LIMIT 50) AS l")
            }
            _ => {
                let (r, _) = self.from(depth - 1);
                let order = self.random.one(&["t, x, y", "t DESC, x, y"]);
                format!("SELECT DISTINCT ON (s) s, t, x, y FROM {r} ORDER BY s, {order}")
            }
        }
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Whether a pipeline might store the query's rows; `None` if it cannot be planned.
async fn accepted(lake: &TestLake, query: &str) -> Option<bool> {
    let create = format!("CREATE OR REPLACE TABLE signals.fuzz AS {query}");
    let statement = lake.engine.parse(&create).ok()?.pop()?;
    match lake.engine.plan(&lake.session, statement).await {
        Ok(_) => Some(true),
        Err(e) if e.message.contains("looks ahead") => Some(false),
        Err(_) => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn later_rows_change_no_earlier_answer_of_an_accepted_query() {
    let (first, second) = (filled(0, BETWEEN_BUCKETS).await, filled(1, BETWEEN_BUCKETS).await);
    first.engine.run(&first.session, "SET trademl.look_ahead = 'deny'").await.unwrap();
    let (plans, seed) = (number("TRADEML_FUZZ_PLANS", 300), number("TRADEML_FUZZ_SEED", 1));
    let (mut compared, mut refused, mut told, mut unplanned) = (0, 0, 0, 0);
    let mut wrong = vec![];
    let started = Instant::now();
    for seed in seed..seed + plans {
        let mut writer = Writer { random: Random(seed.wrapping_mul(0x9e37_79b9)), names: 0 };
        let depth = 1 + writer.random.below(4);
        let query = writer.query(depth);
        match accepted(&first, &query).await {
            None => unplanned += 1,
            // Every tenth refusal is looked at, too: a rule that refuses all would be safe and useless.
            Some(false) => {
                refused += 1;
                if refused % 10 == 0 {
                    let from = BETWEEN_BUCKETS;
                    let (a, b) =
                        (before(&first, &query, from).await, before(&second, &query, from).await);
                    told += usize::from(a.is_some() && a != b);
                }
            }
            Some(true) => {
                let from = BETWEEN_BUCKETS;
                let (a, b) =
                    (before(&first, &query, from).await, before(&second, &query, from).await);
                let (Some(a), Some(b)) = (a, b) else { continue };
                compared += 1;
                if a != b {
                    let differs = a.iter().zip(&b).find(|(a, b)| a != b);
                    wrong.push(format!(
                        "seed {seed}: {query}\n  {} and {} rows, {differs:?}",
                        a.len(),
                        b.len()
                    ));
                }
            }
        }
    }
    println!(
        "{plans} queries in {:.0} s: {compared} accepted and compared, {refused} refused (of {} tried {told} change), \
         {unplanned} not planned",
        started.elapsed().as_secs_f64(),
        refused / 10
    );
    assert!(wrong.is_empty(), "{} change:\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(compared * 5 >= plans as usize, "only {compared} compared");
    assert!(unplanned * 10 <= plans as usize, "{unplanned} not planned");
}
