//! Retab.

use crate::adapter::{Adapter, FlowInputs, FlowQuery, RunRef, StartRequest};
use crate::capability::Capabilities;
use crate::dialect::{KeyHeader, Route};
use crate::model::{Flow, Page, Place, Run, RunDetail, Started};
use crate::operation::Operation;
use crate::query::RunQuery;

#[derive(Clone, Copy, Debug)]
pub struct Retab;

impl Adapter for Retab {
    fn capabilities(&self) -> Capabilities {
        unimplemented!()
    }
    fn routes(&self) -> &'static [Route] {
        &[]
    }
    fn key_header(&self) -> KeyHeader {
        KeyHeader::Bearer
    }
    fn list_flows(&self, _query: &FlowQuery) -> Operation<Page<Flow>> {
        unimplemented!()
    }
    fn list_runs(&self, _query: &RunQuery) -> Operation<Page<Run>> {
        unimplemented!()
    }
    fn get_run(&self, _run: &RunRef) -> Operation<RunDetail> {
        unimplemented!()
    }
    fn describe_inputs(&self, _flow: &str) -> Operation<FlowInputs> {
        unimplemented!()
    }
    fn start(&self, _request: StartRequest) -> Operation<Started> {
        unimplemented!()
    }
    fn list_waiting(&self, _flow: Option<&str>, _place: &Place) -> Operation<Page<Run>> {
        unimplemented!()
    }
}
