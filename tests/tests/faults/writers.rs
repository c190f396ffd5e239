//! Eight processes that write into one table at once, and a reader between them.

use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

use crate::{Site, TABLE, points, succeeds};

const WRITERS: u64 = 8;

fn eight_writers(site: &Site) {
    let program = &site.program;
    let commits = points(20) / 2;
    succeeds(&program.sql(TABLE));
    let mut writers = vec![];
    for writer in 0..WRITERS {
        // Three rows a commit, all writers on the same dates, so that each has to look at the
        // others' rows.
        let inserts: String = (1..=commits)
            .map(|n| {
                format!(
                    "INSERT INTO bars (symbol, leg, date, close, known_at) SELECT 'W{writer}', value, \
                     DATE '2020-01-01' + {n}, {n}.0, TIMESTAMP '2021-01-01 00:00:00Z' \
                     FROM generate_series(1, 3);\n"
                )
            })
            .collect();
        let file = format!("writer{writer}.sql");
        program.write(&file, &inserts);
        let mut command = program.command(&["-f", &file]);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        writers.push(command.spawn().unwrap());
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut reads, mut last) = (0, 0);
            while !done.load(SeqCst) {
                let answer = program.csv(
                    "SELECT sum(n) AS n, count(*) FILTER (WHERE n <> 3) AS torn FROM \
                     (SELECT count(*) AS n FROM bars GROUP BY symbol, date)",
                );
                let (rows, torn) =
                    answer.trim().rsplit_once('\n').unwrap().1.split_once(',').unwrap();
                assert_eq!(torn, "0", "a reader saw part of a commit");
                let rows: u64 = rows.parse().unwrap_or_default();
                assert!(rows >= last, "rows went away: {rows} after {last}");
                (reads, last) = (reads + 1, rows);
                std::thread::sleep(Duration::from_millis(200));
            }
            reads
        });
        let ended: Vec<_> = writers.into_iter().map(|w| w.wait_with_output().unwrap()).collect();
        done.store(true, SeqCst);
        for output in ended {
            let err = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "{err}");
        }
        println!("{} reads during {} commits", reader.join().unwrap(), WRITERS * commits);
    });
    let all = WRITERS * commits * 3;
    let answer = program
        .csv("SELECT count(*) AS n, count(DISTINCT symbol || leg || date) AS different FROM bars");
    assert_eq!(answer, format!("n,different\n{all},{all}\n"));
    assert_eq!(site.check_log("curated/bars") as u64, WRITERS * commits + 1, "a commit an insert");
}

#[test]
fn eight_writers_in_a_folder() {
    eight_writers(&Site::folder());
}

#[test]
fn eight_writers_on_s3() {
    eight_writers(&Site::s3());
}
