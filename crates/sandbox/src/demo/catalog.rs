//! The flows that every new sandbox holds, in each dialect's own form.

use crate::engine::model::{Dialect, Node, Work};

/// What a flow is for; its place in [`flows`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Reads purchase orders and invoices; carries the long history.
    Reconciliation,
    /// One run of every kind there is.
    Showcase,
    /// Starts a run of its own twice a minute.
    Scheduled,
    /// Not active any more.
    Inactive,
}

#[derive(Debug)]
pub(crate) struct FlowSpec {
    pub part: Purpose,
    pub id: &'static str,
    pub name: &'static str,
    pub description: &'static str,
    pub version: i64,
    pub nodes: Vec<Node>,
}

type Row = (&'static str, Work, &'static str, &'static str, &'static str);

fn nodes(rows: &[Row]) -> Vec<Node> {
    let node = |(id, work, kind, label, role): &Row| Node {
        id: (*id).to_owned(),
        work: *work,
        kind: (*kind).to_owned(),
        label: (*label).to_owned(),
        role: (*role).to_owned(),
    };
    rows.iter().map(node).collect()
}

const RECONCILE: &str = "Match purchase orders with invoices and verify totals";
const INTAKE: &str = "Read contracts, split them, and file what was agreed";
const LEDGER: &str = "Copy posted entries to the ledger";
const IMPORT: &str = "Replaced by the reconciliation; kept for its history";
const NAMES: [&str; 4] = ["PO to invoice reconciliation", "Contract intake", "Ledger sync", "Legacy import"];

/// The flows of a dialect: reconciliation, showcase, scheduled, inactive.
pub(crate) fn flows(dialect: Dialect) -> [FlowSpec; 4] {
    let (ids, rows): ([&str; 4], [&[Row]; 4]) = match dialect {
        Dialect::Retab => (
            ["wf_po_invoice_recon", "wf_contract_intake", "wf_ledger_sync", "wf_legacy_import"],
            [RETAB_RECONCILE, RETAB_INTAKE, RETAB_LEDGER, RETAB_LEDGER],
        ),
        Dialect::TableFlow => (
            ["dk4g1tUg1uHLs8YU", "c7Nq2LrX9sVw4TbZ", "h5Jm8KpY1dFg6RcQ", "z3Xv0BnM7aSe2WuE"],
            [TABLEFLOW_RECONCILE, TABLEFLOW_INTAKE, TABLEFLOW_LEDGER, TABLEFLOW_LEDGER],
        ),
        Dialect::FlowStack => (
            ["flow_poinvoice1", "flow_contracts1", "flow_ledgersync", "flow_legacyimport"],
            [FLOWSTACK_RECONCILE, FLOWSTACK_INTAKE, FLOWSTACK_LEDGER, FLOWSTACK_LEDGER],
        ),
        Dialect::RetabReviews => (
            ["wrk_po_invoice_recon", "wrk_contract_intake", "wrk_ledger_sync", "wrk_legacy_import"],
            [REVIEWS_RECONCILE, REVIEWS_INTAKE, REVIEWS_LEDGER, REVIEWS_LEDGER],
        ),
        Dialect::SuperAi => (
            [
                "0b7c1a52-6f3e-4d19-9a58-2f1e7c40d801",
                "0b7c1a52-6f3e-4d19-9a58-2f1e7c40d802",
                "0b7c1a52-6f3e-4d19-9a58-2f1e7c40d803",
                "0b7c1a52-6f3e-4d19-9a58-2f1e7c40d804",
            ],
            [SUPERAI_RECONCILE, SUPERAI_INTAKE, SUPERAI_LEDGER, SUPERAI_LEDGER],
        ),
    };
    let parts = [Purpose::Reconciliation, Purpose::Showcase, Purpose::Scheduled, Purpose::Inactive];
    let texts = [RECONCILE, INTAKE, LEDGER, IMPORT];
    std::array::from_fn(|place| FlowSpec {
        part: parts[place],
        id: ids[place],
        name: NAMES[place],
        description: texts[place],
        version: if place == 0 { 3 } else { 1 },
        nodes: nodes(rows[place]),
    })
}

const RETAB_RECONCILE: &[Row] = &[
    ("start-purchase-order", Work::Document, "start", "Purchase order", "purchase_order"),
    ("start-json-purchase-order", Work::Json, "start_json", "Purchase order (JSON)", "purchase_order"),
    ("start-invoice", Work::Document, "start", "Invoice", "invoice"),
    ("start-json-invoice", Work::Json, "start_json", "Invoice (JSON)", "invoice"),
    ("extract-purchase-order", Work::Extract, "extract", "Extract purchase order", "purchase_order"),
    ("extract-invoice", Work::Extract, "extract", "Extract invoice", "invoice"),
    ("compare-totals", Work::Compare, "functions", "Compare totals", ""),
    ("review-mismatch", Work::Review, "hil", "Review mismatch", ""),
    ("end-result", Work::End, "end", "Reconciliation", ""),
];
const RETAB_INTAKE: &[Row] = &[
    ("start-contract", Work::Document, "start", "Contract", "contract"),
    ("split-pages", Work::Task, "split", "Split pages", ""),
    ("mr1", Work::Loop, "for_each", "Each section", ""),
    ("extract-123", Work::Task, "extract", "Extract section", ""),
    ("review-terms", Work::Review, "hil", "Review terms", ""),
    ("end-contract", Work::End, "end", "Contract", ""),
];
const RETAB_LEDGER: &[Row] = &[
    ("start-json-entries", Work::Json, "start_json", "Entries", ""),
    ("post-entries", Work::Task, "api_call", "Post entries", ""),
    ("end-posted", Work::End, "end", "Posted", ""),
];

// Today's Retab has no block of its own for a review: a gate on an extraction holds its output back.
const REVIEWS_RECONCILE: &[Row] = &[
    ("start-purchase-order", Work::Document, "start_document", "Purchase order", "purchase_order"),
    ("start-json-purchase-order", Work::Json, "start_json", "Purchase order (JSON)", "purchase_order"),
    ("start-invoice", Work::Document, "start_document", "Invoice", "invoice"),
    ("start-json-invoice", Work::Json, "start_json", "Invoice (JSON)", "invoice"),
    ("extract-purchase-order", Work::Extract, "extract", "Extract purchase order", "purchase_order"),
    ("extract-invoice", Work::Extract, "extract", "Extract invoice", "invoice"),
    ("compare-totals", Work::Compare, "function", "Compare totals", ""),
    ("extract-reconciliation", Work::Review, "extract", "Reconcile documents", ""),
    ("publish-result", Work::End, "api_call", "Publish result", ""),
];
const REVIEWS_INTAKE: &[Row] = &[
    ("start-contract", Work::Document, "start_document", "Contract", "contract"),
    ("split-pages", Work::Task, "split", "Split pages", ""),
    ("sections", Work::Loop, "for_each", "Each section", ""),
    ("extract-section", Work::Task, "extract", "Extract section", ""),
    ("extract-terms", Work::Review, "extract", "Extract terms", ""),
    ("publish-contract", Work::End, "api_call", "Publish contract", ""),
];
const REVIEWS_LEDGER: &[Row] = &[
    ("start-json-entries", Work::Json, "start_json", "Entries", ""),
    ("post-entries", Work::Task, "api_call", "Post entries", ""),
    ("merge-posted", Work::End, "merge_dicts", "Posted", ""),
];

const TABLEFLOW_RECONCILE: &[Row] = &[
    ("step_1", Work::Extract, "extraction", "Extract Purchase Order", "purchase_order"),
    ("step_2", Work::Extract, "extraction", "Extract Invoice", "invoice"),
    ("step_3", Work::Compare, "reconciliation", "Reconcile Documents", ""),
    ("step_4", Work::Review, "review", "Review Mismatch", ""),
];
const TABLEFLOW_INTAKE: &[Row] = &[
    ("step_1", Work::Task, "extraction", "Extract Contract", ""),
    ("step_2", Work::Loop, "extraction", "Extract Sections", ""),
    ("step_3", Work::Review, "review", "Review Terms", ""),
];
const TABLEFLOW_LEDGER: &[Row] =
    &[("step_1", Work::Task, "extraction", "Read Entries", ""), ("step_2", Work::Task, "export", "Post Entries", "")];

const FLOWSTACK_RECONCILE: &[Row] = &[
    ("trigger", Work::Json, "trigger", "Webhook Trigger", ""),
    ("step_1", Work::Extract, "action", "Read Purchase Order", "purchase_order"),
    ("step_2", Work::Extract, "action", "Read Invoice", "invoice"),
    ("step_3", Work::Compare, "action", "Compare Totals", ""),
    ("step_4", Work::End, "action", "Record Result", ""),
];
const FLOWSTACK_INTAKE: &[Row] = &[
    ("trigger", Work::Json, "trigger", "Webhook Trigger", ""),
    ("step_1", Work::Task, "action", "Query Database", ""),
    ("step_2", Work::Loop, "action", "Loop on Items", ""),
    ("step_3", Work::Task, "action", "Send Slack Message", ""),
];
const FLOWSTACK_LEDGER: &[Row] = &[
    ("trigger", Work::Json, "trigger", "Schedule Trigger", ""),
    ("step_1", Work::Task, "action", "Query Database", ""),
    ("step_2", Work::Task, "action", "Post Entries", ""),
];

const SUPERAI_RECONCILE: &[Row] = &[
    ("5d2f8c10-93b7-4a6e-8f01-7be2a4c6d101", Work::Json, "receive_file", "Receive documents", ""),
    ("5d2f8c10-93b7-4a6e-8f01-7be2a4c6d102", Work::Extract, "extract_data", "Extract purchase order", "purchase_order"),
    ("5d2f8c10-93b7-4a6e-8f01-7be2a4c6d103", Work::Extract, "extract_data", "Extract invoice", "invoice"),
    ("5d2f8c10-93b7-4a6e-8f01-7be2a4c6d104", Work::Compare, "compare_data", "Compare totals", ""),
    ("5d2f8c10-93b7-4a6e-8f01-7be2a4c6d105", Work::Review, "human_review", "Review mismatch", ""),
    ("5d2f8c10-93b7-4a6e-8f01-7be2a4c6d106", Work::End, "webhook_notification", "Publish result", ""),
];
const SUPERAI_INTAKE: &[Row] = &[
    ("5d2f8c10-93b7-4a6e-8f01-7be2a4c6d201", Work::Json, "receive_file", "Receive contract", ""),
    ("5d2f8c10-93b7-4a6e-8f01-7be2a4c6d202", Work::Loop, "split_document", "Each section", ""),
    ("5d2f8c10-93b7-4a6e-8f01-7be2a4c6d203", Work::Task, "extract_data", "Extract section", ""),
    ("5d2f8c10-93b7-4a6e-8f01-7be2a4c6d204", Work::Review, "human_review", "Review terms", ""),
    ("5d2f8c10-93b7-4a6e-8f01-7be2a4c6d205", Work::End, "webhook_notification", "Publish contract", ""),
];
const SUPERAI_LEDGER: &[Row] = &[
    ("5d2f8c10-93b7-4a6e-8f01-7be2a4c6d301", Work::Json, "receive_data", "Receive entries", ""),
    ("5d2f8c10-93b7-4a6e-8f01-7be2a4c6d302", Work::Task, "call_api", "Post entries", ""),
];
