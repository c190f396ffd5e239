//! The lake: its tables, and how they come and go.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex};

use datafusion::execution::runtime_env::RuntimeEnv;
use deltalake_core::DeltaTable;
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel as _;
use deltalake_core::kernel::{Action, Metadata, Protocol, StructType, new_metadata};
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt as _};
use tokio::sync::OnceCell;
use url::Url;
use uuid::Uuid;

use crate::commit::{Attempt, Commit, CommitId};
use crate::definition::did_you_mean;
use crate::name::check_part;
use crate::probe::probe_conditional_put;
use crate::publication::STAGES;
use crate::store::Store;
use crate::workbench::Workbench;
use crate::{Error, PitDefinition, Result, Table, TableName};

/// Commits after which the log is condensed into a checkpoint.
const CHECKPOINT_EVERY: u64 = 20;
/// Where environments keep their own.
pub(crate) const ENVIRONMENTS: &str = "ops/environments";
const FIRST_COMMIT: &str = "_delta_log/00000000000000000000.json";

/// How to open a lake.
#[derive(Debug, Clone, Default)]
pub struct LakeOptions {
    /// Memory limit, spill folder and caches for sorting inserts; the defaults of `DataFusion` if `None`.
    pub runtime: Option<Arc<RuntimeEnv>>,
}

/// A handle to a lake. Clones share caches.
#[derive(Clone)]
pub struct Lake(Arc<Inner>);

struct Inner {
    store: Store,
    workbench: Workbench,
    tables: Mutex<HashMap<TableName, Cached>>,
    store_checked: OnceCell<()>,
    /// Whether a table once read stays at its version until this lake writes it.
    pinned: bool,
    /// Versions of tables and models, by name, beyond which nothing is seen.
    pins: BTreeMap<String, u64>,
    environment: Option<String>,
}

#[derive(Clone)]
struct Cached {
    table: Table,
    /// The first commit, which tells the table from a later one of the same name.
    birth: Option<ObjectMeta>,
    /// Whether nobody was publishing it when it was read.
    settled: bool,
}

impl fmt::Debug for Lake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lake {{ {} }}", self.uri())
    }
}

impl Lake {
    /// Opens a folder, created by the first write, or `s3://bucket/prefix` with the usual `AWS_*`
    /// variables. Fails if the bucket does not answer. A folder that can only be read is read.
    pub async fn open(uri: &str, options: &LakeOptions) -> Result<Self> {
        let lake = Self::new(Store::open(uri)?, options);
        if lake.0.store.shared {
            lake.0.store.check_reachable().await?;
        }
        Ok(lake)
    }

    /// A lake on a store given by hand. `url` is its address, ending with a slash, and its path
    /// the lake's folder in the store. `shared` stores are probed for conditional writes.
    pub fn with_store(
        store: Arc<dyn ObjectStore>,
        url: Url,
        shared: bool,
        options: &LakeOptions,
    ) -> Result<Self> {
        Ok(Self::new(Store::with_root(store, url, shared)?, options))
    }

    fn new(store: Store, options: &LakeOptions) -> Self {
        let runtime = options.runtime.clone().unwrap_or_default();
        let workbench = Workbench::new(Arc::clone(&runtime));
        let lake = Self::from_parts(store, workbench, false, BTreeMap::new(), None);
        lake.register_stores(&runtime);
        lake
    }

    fn from_parts(
        store: Store,
        workbench: Workbench,
        pinned: bool,
        pins: BTreeMap<String, u64>,
        environment: Option<String>,
    ) -> Self {
        let (tables, store_checked) = (Mutex::default(), OnceCell::new());
        let inner = Inner { store, workbench, tables, store_checked, pinned, pins, environment };
        Self(Arc::new(inner))
    }

    /// This lake with an environment of its own on top: what is written there is seen there only,
    /// and what is not written there is this lake's.
    pub fn in_environment(&self, name: &str) -> Result<Self> {
        check_part("environment", name)?;
        if let Some(outer) = &self.0.environment {
            return Err(Error::usage(format!(
                "environment '{name}': this is environment '{outer}' already"
            )));
        }
        let store = self.0.store.layered(&format!("{ENVIRONMENTS}/{name}"));
        let (workbench, none) = (self.0.workbench.clone(), BTreeMap::new());
        Ok(Self::from_parts(store, workbench, false, none, Some(name.to_owned())))
    }

    /// The environment that this lake is, if it is one.
    pub fn environment(&self) -> Option<&str> {
        self.0.environment.as_deref()
    }

    /// This lake with a layer in a folder; its tables stay at the versions that it first reads.
    pub(crate) fn layered(&self, folder: &str) -> Self {
        let (store, workbench) = (self.0.store.layered(folder), self.0.workbench.clone());
        Self::from_parts(store, workbench, true, BTreeMap::new(), self.0.environment.clone())
    }

    /// This lake as it was when some tables and models, by name, had these versions. What is written
    /// there goes nowhere: [`Lake::drop_layer`] removes it.
    #[must_use]
    pub fn as_of_versions(&self, pins: BTreeMap<String, u64>) -> Self {
        let folder = format!("{STAGES}/.scratch/{}", Uuid::new_v4().simple());
        let (store, workbench) = (self.0.store.layered(&folder), self.0.workbench.clone());
        Self::from_parts(store, workbench, true, pins, self.0.environment.clone())
    }

    /// The version that a table or model must not be seen beyond.
    pub(crate) fn pin(&self, name: &str) -> Option<u64> {
        self.0.pins.get(name).copied()
    }

    /// The lake's address as a URL.
    pub fn uri(&self) -> &str {
        self.0.store.url.as_str()
    }

    /// Lets scans that run in `runtime` read the lake, and nothing outside it.
    pub fn register_stores(&self, runtime: &RuntimeEnv) {
        let store = &self.0.store;
        runtime.register_object_store(store.scan_url.as_ref(), Arc::clone(&store.lake));
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn workbench(&self) -> &Workbench {
        &self.0.workbench
    }

    /// Before the first write: is the folder there and writable, and does a shared store honour
    /// conditional writes?
    pub(crate) async fn check_store(&self) -> Result<()> {
        let store = &self.0.store;
        let check = || async {
            store.prepare_folder()?;
            if store.shared { probe_conditional_put(&store.lake).await } else { Ok(()) }
        };
        self.0.store_checked.get_or_try_init(check).await.copied()
    }

    /// All tables, by name.
    pub async fn tables(&self) -> Result<Vec<TableName>> {
        let lake = &self.0.store.lake;
        let mut candidates = vec![];
        for schema in lake.list_with_delimiter(None).await?.common_prefixes {
            let folders = lake.list_with_delimiter(Some(&schema)).await?.common_prefixes;
            let part = |path: &Path| path.filename().unwrap_or_default().to_owned();
            candidates
                .extend(folders.iter().filter_map(|f| TableName::new(part(&schema), part(f)).ok()));
        }
        let found = futures::stream::iter(candidates).map(|name| async move {
            let is_table = self.0.store.log(&name)?.is_delta_table_location().await?;
            Ok::<_, Error>(is_table.then_some(name))
        });
        let found: Vec<Option<TableName>> = found.buffered(16).try_collect().await?;
        let mut names: Vec<TableName> = found.into_iter().flatten().collect();
        names.sort();
        Ok(names)
    }

    /// The newest snapshot of a table of which all that was published with it can be seen, too.
    pub async fn table(&self, name: &TableName) -> Result<Option<Table>> {
        let cached = |pinned| {
            let tables = self.0.tables.lock().ok()?;
            let cached = tables.get(name).filter(|cached| pinned || cached.settled)?;
            Some((cached.table.clone(), cached.settled))
        };
        if self.0.pinned
            && let Some((table, true)) = cached(true)
        {
            return Ok(Some(table));
        }
        if let Some(version) = self.pin(&name.to_string()) {
            let table = self.at_version(name, version).await?;
            if let Ok(mut tables) = self.0.tables.lock() {
                let cached = Cached { table: table.clone(), birth: None, settled: true };
                tables.insert(name.clone(), cached);
            }
            return Ok(Some(table));
        }
        let Some(newest) = self.newest(name).await? else { return Ok(None) };
        if cached(false).is_some_and(|(settled, _)| settled.version() == newest.version()) {
            return Ok(Some(newest));
        }
        match self.before_publication(name).await? {
            Some(None) => Ok(None),
            Some(Some(before)) if before < newest.version() => {
                self.at_version(name, before).await.map(Some)
            }
            _ => {
                if let Ok(mut tables) = self.0.tables.lock()
                    && let Some(cached) = tables.get_mut(name)
                    && cached.table.version() == newest.version()
                {
                    cached.settled = true;
                }
                Ok(Some(newest))
            }
        }
    }

    /// The newest snapshot of a table. Snapshots are kept and brought up to date, so that a
    /// second call costs one look at the first commit and one listing of the log.
    pub(crate) async fn newest(&self, name: &TableName) -> Result<Option<Table>> {
        let birth = self.birth(name).await?;
        let cached = self.0.tables.lock().ok().and_then(|tables| tables.get(name).cloned());
        // A first commit of another age means that the table was dropped and created anew.
        if let Some(Cached { table, birth: known, .. }) = cached
            && known == birth
        {
            let mut delta = table.delta.clone();
            if delta.update_incremental(None).await.is_ok() {
                if delta.version() == Some(table.version()) {
                    return Ok(Some(table));
                }
                return Ok(Some(self.remember(name, delta, birth)?));
            }
        }
        self.forget(name);
        let log = self.0.store.log(name)?;
        if birth.is_none() && !log.is_delta_table_location().await? {
            return Ok(None);
        }
        let mut delta = DeltaTable::new(log);
        delta.load().await.map_err(|e| {
            let e = Error::from(e);
            Error { message: format!("table '{name}': {}", e.message), ..e }
        })?;
        Ok(Some(self.remember(name, delta, birth)?))
    }

    /// The first commit's age and size, if the log still has it.
    pub(crate) async fn birth(&self, name: &TableName) -> Result<Option<ObjectMeta>> {
        match self.0.store.table(name).head(&Path::from(FIRST_COMMIT)).await {
            Ok(found) => Ok(Some(found)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    /// The newest snapshot, or an error that names similar tables.
    pub(crate) async fn existing_table(&self, name: &TableName) -> Result<Table> {
        if let Some(table) = self.table(name).await? {
            return Ok(table);
        }
        let names: Vec<String> = self.tables().await?.iter().map(ToString::to_string).collect();
        let hint = did_you_mean(&name.to_string(), names.iter().map(String::as_str));
        Err(Error::not_found(format!("table '{name}': does not exist{hint}")))
    }

    /// The newest snapshot, to be followed by a commit of ours.
    pub(crate) async fn writable_table(&self, name: &TableName) -> Result<Table> {
        let table = match self.newest(name).await? {
            Some(table) => table,
            None => self.existing_table(name).await?,
        };
        table.check_writable()?;
        Ok(table)
    }

    /// Creates a point-in-time table. With `if_not_exists` an existing one of the same definition
    /// is returned; another definition is an error either way.
    pub async fn create_pit_table(
        &self,
        definition: &PitDefinition,
        if_not_exists: bool,
    ) -> Result<Table> {
        let definition = definition.clone().checked()?;
        let name = &definition.name;
        if let Some(table) = self.table(name).await? {
            return existing(table, &definition, if_not_exists);
        }
        self.check_store().await?;
        let schema: StructType = definition
            .schema()
            .as_ref()
            .try_into_kernel()
            .map_err(|e| Error::usage(format!("table '{name}': {e}")))?;
        let metadata = new_metadata(&schema, &definition.partition_by, definition.properties())?;
        let id = CommitId::unique();
        if let Attempt::Committed(version) = self.create(name, metadata, vec![], &id).await? {
            self.committed(name, version).await;
            return self.existing_table(name).await;
        }
        let table = self.existing_table(name).await?;
        existing(table, &definition, if_not_exists)
    }

    /// Writes version 0 of a table: its metadata, and files if it begins with some.
    pub(crate) async fn create(
        &self,
        name: &TableName,
        metadata: Metadata,
        files: Vec<Action>,
        id: &CommitId,
    ) -> Result<Attempt> {
        self.0.store.prepare_table(name)?;
        let log = self.0.store.log(name)?;
        let protocol: Protocol = serde_json::from_value(
            serde_json::json!({ "minReaderVersion": 1, "minWriterVersion": 2 }),
        )
        .map_err(|e| Error::storage(e.to_string()))?;
        let operation = DeltaOperation::Create {
            mode: SaveMode::ErrorIfExists,
            location: log.root_url().clone(),
            protocol: protocol.clone(),
            metadata: metadata.clone(),
        };
        let mut actions = vec![Action::Protocol(protocol), Action::Metadata(metadata)];
        actions.extend(files);
        Commit { table: name, log: &log, id }.attempt(0, actions, operation).await
    }

    /// Refuses what would delete files that the lake itself or its other layers need.
    pub(crate) fn not_in_a_layer(&self, what: &str, name: &TableName) -> Result<()> {
        let layer = match (&self.0.environment, self.0.pinned) {
            (_, true) => "a run".to_owned(),
            (Some(environment), _) => format!("environment '{environment}'"),
            (None, false) => return Ok(()),
        };
        Err(Error::usage(format!(
            "table '{name}': {what} deletes files of the lake itself, which {layer} only reads; run it outside"
        )))
    }

    /// Removes a table and its files. `false` if there was none.
    pub async fn drop_table(&self, name: &TableName) -> Result<bool> {
        self.not_in_a_layer("DROP TABLE", name)?;
        let store = self.0.store.table(name);
        self.forget(name);
        if !self.0.store.log(name)?.is_delta_table_location().await? {
            return Ok(false);
        }
        self.check_store().await?;
        // The log goes first and newest first, so that what an interruption leaves is either an
        // older version of the table or files that nothing names.
        let mut log: Vec<Path> = store
            .list(Some(&Path::from("_delta_log")))
            .map_ok(|o| o.location)
            .try_collect()
            .await?;
        let is_commit = |path: &Path| path.extension() == Some("json");
        log.sort_by_key(|path| std::cmp::Reverse((!is_commit(path), path.to_string())));
        for path in log {
            store.delete(&path).await?;
        }
        let files: Vec<Path> = store.list(None).map_ok(|o| o.location).try_collect().await?;
        for path in files {
            store.delete(&path).await?;
        }
        Ok(true)
    }

    /// Housekeeping after a commit. Failing here is not failing to commit.
    pub(crate) async fn committed(&self, name: &TableName, version: u64) {
        if self.0.pinned {
            self.forget(name);
        }
        if !version.is_multiple_of(CHECKPOINT_EVERY) || version == 0 {
            return;
        }
        let checkpoint = async {
            let table = self.existing_table(name).await?;
            deltalake_core::checkpoints::create_checkpoint(&table.delta, None).await?;
            Ok::<_, Error>(())
        };
        if let Err(error) = checkpoint.await {
            tracing::warn!(table = %name, version, %error, "no checkpoint written");
        }
    }

    /// A loaded version as a table.
    pub(crate) fn described(&self, name: &TableName, delta: DeltaTable) -> Result<Table> {
        Table::from_delta(name, delta, self.0.store.scan_url.clone())
    }

    fn remember(
        &self,
        name: &TableName,
        delta: DeltaTable,
        birth: Option<ObjectMeta>,
    ) -> Result<Table> {
        let table = self.described(name, delta)?;
        if let Ok(mut tables) = self.0.tables.lock() {
            let cached = Cached { table: table.clone(), birth, settled: false };
            tables.insert(name.clone(), cached);
        }
        Ok(table)
    }

    fn forget(&self, name: &TableName) {
        if let Ok(mut tables) = self.0.tables.lock() {
            tables.remove(name);
        }
    }
}

/// What `CREATE` makes of a table that is there already.
fn existing(table: Table, wanted: &PitDefinition, if_not_exists: bool) -> Result<Table> {
    let name = table.name();
    if !if_not_exists {
        return Err(Error::usage(format!(
            "table '{name}': exists already; use CREATE PIT TABLE IF NOT EXISTS, or drop it first"
        )));
    }
    if table.definition().is_some_and(|there| there.extends(wanted)) {
        return Ok(table);
    }
    Err(Error::usage(format!(
        "table '{name}': exists with another definition (key, event time, columns or partitioning); change the statement to match it, add columns with ALTER TABLE {name} ADD COLUMN, or drop the table first"
    )))
}
