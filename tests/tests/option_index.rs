//! A real chain of SPX, in SQL: the closing mids of 505 contracts and 21 expiries on 2015-12-22 and 2015-12-23,
//! European and settled in the morning. They may not be shipped, so the test reads them where they lie
//! beside the repository.

use trademl_tests::lake::TestLake;
use trademl_tests::program::repository;
use trademl_tests::restarts::against_restarts;

/// Options close a quarter of an hour after the index. Few strikes have both sides: an expiry without
/// one gets the middle carry of the day's others.
async fn lake() -> Option<TestLake> {
    let file = repository().join("../shared/data/lean/index_option_universe_greeks.parquet");
    if !file.is_file() {
        eprintln!("skipped: {} is absent", file.display());
        return None;
    }
    let lake = TestLake::open(2).await.unwrap();
    let sql = format!(
        "CREATE VIEW closes AS SELECT underlying AS symbol, date AS asof, expiry, CASE \"right\" WHEN 'C' THEN 'call' ELSE 'put' \
         END AS kind, strike, close, CASE date WHEN DATE '2015-12-22' THEN 2038.97 ELSE 2064.29 END AS spot, \
         years_to_expiry(CAST(date AS TIMESTAMP) + INTERVAL '21 hours 15 minutes', expiry, 'am') AS years \
         FROM read_parquet('{}') WHERE underlying = 'spx' AND date < DATE '2016-01-01' AND expiry IS NOT NULL;
         CREATE VIEW usable AS SELECT * FROM closes WHERE quote_usable(kind, strike, close, close, NULL, NULL, years);
         CREATE VIEW parities AS SELECT c.asof, c.expiry, c.years, c.spot, parity_forward(c.strike, c.close, c.close, p.close, \
         p.close, discount => exp(-0.005 * c.years))['forward'] AS forward FROM usable AS c JOIN usable AS p ON c.asof = p.asof \
         AND c.expiry = p.expiry AND c.strike = p.strike WHERE c.kind = 'call' AND p.kind = 'put' GROUP BY 1, 2, 3, 4;
         CREATE VIEW carries AS SELECT asof, median(ln(forward / spot) / years) AS carry FROM parities GROUP BY asof;
         CREATE TABLE signals.ivs AS SELECT *, black76_iv(kind, close, forward, strike, years, 0.005) AS iv FROM (SELECT u.symbol, \
         u.asof, u.expiry, u.kind, u.strike, u.close, u.years, coalesce(p.forward, u.spot * exp(c.carry * u.years)) AS forward \
         FROM usable AS u JOIN carries AS c ON u.asof = c.asof LEFT JOIN parities AS p ON u.asof = p.asof AND u.expiry = p.expiry) \
         WHERE (kind = 'call') = (strike >= forward)",
        file.display()
    );
    lake.rows(&sql).await.unwrap();
    Some(lake)
}

async fn lines(lake: &TestLake, sql: &str) -> Vec<String> {
    lake.rows(sql).await.unwrap().iter().map(|row| row.join(" ")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_expiry_of_five_strikes_fits_without_arbitrage() {
    let Some(lake) = lake().await else { return };
    for method in ["svi", "ssvi", "essvi"] {
        let sql = format!(
            "SELECT status, butterfly_free, calendar_free, count(*), bool_and((quotes >= 5) = (status = 'fitted')) FROM \
             svi_surface(TABLE signals.ivs, method => '{method}', on_arbitrage => 'error') GROUP BY 1, 2, 3 ORDER BY 1"
        );
        let expected = ["fitted true true 17 true", "too_few NULL NULL 4 true"];
        assert_eq!(lines(&lake, &sql).await, expected, "{method}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_slice_is_worse_than_the_best_of_50_random_starts() {
    let Some(lake) = lake().await else { return };
    let quotes = "SELECT concat_ws(' ', asof, expiry) AS slice, ln(strike / forward) AS k, iv * iv * years AS w, 1.0 AS weight \
                  FROM signals.ivs";
    let (slices, worst) = against_restarts(&lake, quotes).await;
    eprintln!("{slices} slices, at worst {worst} times the best of the starts");
    assert_eq!(slices, 17);
}
