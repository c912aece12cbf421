//! Creating and deleting flows: only FlowStack's public API does either.

use super::{Store, rows};
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::model::{Dialect, Flow, Node};
use crate::engine::{clock, ids};

impl Store {
    /// Records a new, active flow.
    ///
    /// # Errors
    /// The database fails.
    pub(crate) async fn create_flow(&self, dialect: Dialect, name: &str, description: &str, nodes: &[Node]) -> StoreResult<Flow> {
        let id = ids::run(dialect, &mut ids::fresh()).replacen("run_", "flow_", 1);
        let now = clock::now();
        sqlx::query(
            "INSERT INTO flows (id, dialect, name, description, active, version, created_at, updated_at, nodes)
             VALUES (?, ?, ?, ?, 1, 1, ?, ?, ?)",
        )
        .bind(&id)
        .bind(dialect.as_str())
        .bind(name)
        .bind(description)
        .bind(now)
        .bind(now)
        .bind(rows::nodes_json(nodes))
        .execute(&self.write)
        .await?;
        self.flow(dialect, &id).await
    }

    /// Removes a flow with its whole history.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub(crate) async fn delete_flow(&self, dialect: Dialect, id: &str) -> StoreResult<()> {
        let flow = self.flow(dialect, id).await?;
        let mut tx = self.begin().await?;
        for statement in
            ["DELETE FROM runs WHERE flow = ?", "DELETE FROM run_blocks WHERE flow = ?", "DELETE FROM run_counts WHERE flow = ?"]
        {
            sqlx::query(statement).bind(flow.n).execute(&mut *tx).await?;
        }
        let gone = sqlx::query("DELETE FROM flows WHERE n = ?").bind(flow.n).execute(&mut *tx).await?;
        if gone.rows_affected() == 0 {
            return Err(StoreError::NotFound("Flow"));
        }
        tx.commit().await?;
        Ok(())
    }
}
