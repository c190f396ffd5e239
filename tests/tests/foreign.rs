//! Tables that another tool wrote with features our own scan does not follow: read by the
//! library's scan, under the cut, and never written.

use std::path::PathBuf;

use serde_json::{Value, json};
use trademl_engine::Result;
use trademl_tests::lake::TestLake;

/// Rows 3, 4, 7, 11, 18 and 29 in the encoding of Delta's protocol, "Deletion Vector Format": Z85 of
/// the magic number 1681511377, one bitmap, its key 0, and a portable roaring bitmap of one array.
const DELETED: &str = "^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L";

const BARS: &str = "
CREATE PIT TABLE bars (symbol TEXT, date DATE, close DOUBLE) PRIMARY KEY (symbol) EVENT TIME (date);
INSERT INTO bars (symbol, date, close, known_at)
SELECT 'A', DATE '2020-01-01' + CAST(value AS INTEGER), value,
       CAST(DATE '2020-01-02' + CAST(value AS INTEGER) AS TIMESTAMP)
FROM generate_series(0, 39);
";

/// A bar's close of 5 was 5.5, as was known a month later.
const REVISION: &str = "INSERT INTO bars (symbol, date, close, known_at)
VALUES ('A', '2020-01-06', 5.5, '2020-02-06T00:00:00Z')";

fn log(lake: &TestLake, table: &str, version: u64) -> PathBuf {
    let folder = lake.folder.path().join("lake/curated").join(table);
    folder.join(format!("_delta_log/{version:020}.json"))
}

fn actions(lake: &TestLake, table: &str, version: u64) -> Vec<Value> {
    let text = std::fs::read_to_string(log(lake, table, version)).expect("commit");
    text.lines().map(|line| serde_json::from_str(line).expect("action")).collect()
}

fn write(lake: &TestLake, table: &str, version: u64, actions: &[Value]) {
    let lines: Vec<String> = actions.iter().map(Value::to_string).collect();
    std::fs::write(log(lake, table, version), lines.join("\n")).expect("commit");
}

fn find<'a>(actions: &'a [Value], name: &str) -> &'a Value {
    actions.iter().find(|a| a.get(name).is_some()).map(|a| &a[name]).expect(name)
}

/// The bars of [`BARS`] but six, and a revision, as another tool's DELETE leaves them.
async fn with_deletions() -> Result<TestLake> {
    let lake = TestLake::open(2).await?;
    lake.rows(BARS).await?;
    lake.rows(REVISION).await?;
    let mut add = find(&actions(&lake, "bars", 1), "add").clone();
    let remove = json!({ "path": add["path"], "dataChange": true, "deletionTimestamp": 0 });
    add["deletionVector"] = json!({
        "storageType": "i", "pathOrInlineDv": DELETED, "sizeInBytes": 44, "cardinality": 6
    });
    let features = json!({
        "minReaderVersion": 3, "minWriterVersion": 7,
        "readerFeatures": ["deletionVectors"], "writerFeatures": ["deletionVectors"]
    });
    let delete =
        [json!({ "protocol": features }), json!({ "remove": remove }), json!({ "add": add })];
    write(&lake, "bars", 3, &delete);
    Ok(lake)
}

#[tokio::test]
async fn deleted_rows_are_gone_and_the_cut_holds() -> Result<()> {
    let lake = with_deletions().await?;
    let closes = lake.rows("SELECT close FROM bars ORDER BY date").await?.concat();
    let expected: Vec<String> = (0..40)
        .filter(|row| ![3, 4, 7, 11, 18, 29].contains(row))
        .map(|row| if row == 5 { "5.5".to_owned() } else { format!("{row}.0") })
        .collect();
    assert_eq!(closes, expected);
    let count = "SELECT count(*), arrow_typeof(max(symbol)) FROM bars";
    assert_eq!(lake.rows(count).await?, [["34", "Utf8"]]);
    // Of ten rows known, three are deleted; the revision is not known yet.
    let cut = "SELECT count(*), max(close), max(known_at) FROM bars \
               FOR SYSTEM_TIME AS OF TIMESTAMP '2020-01-11T00:00:00Z'";
    assert_eq!(lake.rows(cut).await?, [["7", "9.0", "2020-01-11T00:00:00Z"]]);
    let history = "SELECT count(*) FROM pit_history(TABLE bars) WHERE date = '2020-01-06'";
    assert_eq!(lake.rows(history).await?, [["2"]]);
    let before = "SELECT count(*) FROM bars VERSION AS OF 2";
    assert_eq!(lake.rows(before).await?, [["40"]]);
    Ok(())
}

#[tokio::test]
async fn a_table_with_deletions_is_not_written() -> Result<()> {
    let lake = with_deletions().await?;
    let folder = lake.folder.path().join("lake/curated/bars");
    let files = || std::fs::read_dir(&folder).expect("folder").count();
    let before = files();
    for statement in [
        REVISION.replace("5.5", "5.6").as_str(),
        "OPTIMIZE bars",
        "VACUUM bars RETAIN 24 HOURS",
        "ALTER TABLE bars ADD COLUMN open DOUBLE",
    ] {
        let error = lake.rows(statement).await.expect_err(statement).to_string();
        assert!(
            error.contains("'curated.bars': uses deletion vectors") && error.contains("copy"),
            "{statement}: {error}"
        );
    }
    assert_eq!(files(), before);
    lake.rows("CREATE TABLE copy AS SELECT symbol, date, close FROM bars").await?;
    assert_eq!(lake.rows("SELECT count(*) FROM copy").await?, [["34"]]);
    Ok(())
}

#[tokio::test]
async fn mapped_columns_go_by_their_names() -> Result<()> {
    let lake = TestLake::open(2).await?;
    let table = "CREATE TABLE mapped AS SELECT 'S' || value AS p1, value * 0.5 AS p2, \
                 to_timestamp_micros(value) AS p3 FROM generate_series(1, 9)";
    lake.rows(table).await?;
    let mut commit = actions(&lake, "mapped", 0);
    for action in &mut commit {
        if action.get("protocol").is_some() {
            action["protocol"] = json!({ "minReaderVersion": 2, "minWriterVersion": 5 });
        }
        let Some(metadata) = action.get_mut("metaData") else { continue };
        let text = metadata["schemaString"].as_str().expect("schema");
        let mut schema: Value = serde_json::from_str(text).expect("schema");
        let names = ["symbol", "price", "ts"];
        for (i, field) in schema["fields"].as_array_mut().expect("fields").iter_mut().enumerate() {
            field["metadata"] = json!({
                "delta.columnMapping.id": i + 1, "delta.columnMapping.physicalName": field["name"]
            });
            field["name"] = json!(names[i]);
        }
        metadata["schemaString"] = json!(schema.to_string());
        metadata["configuration"] =
            json!({ "delta.columnMapping.mode": "name", "delta.columnMapping.maxColumnId": "3" });
    }
    write(&lake, "mapped", 0, &commit);
    let rows = "SELECT symbol, price, ts, arrow_typeof(symbol), arrow_typeof(ts) FROM mapped \
                WHERE symbol IN ('S2', 'S4') AND price > 1 ORDER BY ts";
    let expected = ["S4", "2.0", "1970-01-01T00:00:00.000004Z", "Utf8", "Timestamp(µs, \"UTC\")"];
    assert_eq!(lake.rows(rows).await?, [expected]);
    assert_eq!(lake.rows("SELECT sum(price), count(*) FROM mapped").await?, [["22.5", "9"]]);
    let error = lake.rows("CREATE OR REPLACE TABLE mapped AS SELECT 1 AS a").await;
    let error = error.expect_err("refused").to_string();
    assert!(error.contains("uses column mapping"), "{error}");
    Ok(())
}

/// What neither scan follows is an error that names it, not rows that may be wrong.
#[tokio::test]
async fn an_unknown_feature_is_refused_by_name() -> Result<()> {
    for (feature, word) in [
        ("typeWidening", "typeWidening"),
        ("catalogManaged", "catalog-managed"),
        ("entanglement", "entanglement"),
    ] {
        let lake = TestLake::open(2).await?;
        lake.rows("CREATE TABLE odd AS SELECT 1 AS a").await?;
        let mut commit = actions(&lake, "odd", 0);
        for action in &mut commit {
            if action.get("protocol").is_some() {
                action["protocol"] = json!({
                    "minReaderVersion": 3, "minWriterVersion": 7,
                    "readerFeatures": [feature], "writerFeatures": [feature]
                });
            }
        }
        write(&lake, "odd", 0, &commit);
        let error = lake.rows("SELECT a FROM odd").await.expect_err("refused").to_string();
        assert!(error.contains(word) && error.contains("table 'curated.odd'"), "{error}");
    }
    Ok(())
}
