"""Flows that wait for a person, fail, retry, take long and leave something to look at, served to a Prefect server."""

import datetime
import json
import time
from typing import Annotated, Literal

from prefect import flow, get_run_logger, serve, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.flow_runs import pause_flow_run, suspend_flow_run
from prefect.input import RunInput
from pydantic import BaseModel, Field

# How often a paused process looks for its answer.
LOOKS = 1


class Position(BaseModel):
    article: str
    quantity: int = Field(ge=1)
    price: float


class DeliveryCheck(RunInput):
    """Whether what was delivered is what was ordered."""

    verdict: Literal["accept", "return"] = Field("accept", description="What becomes of the delivery?")
    total: float = 0.0
    received: datetime.date | None = None
    positions: list[Position] = Field(default_factory=list)
    comment: Annotated[str, Field(max_length=200)] = ""


class Round(RunInput):
    answer: str = "nobody"


@task
def read_note(number: str) -> list[dict]:
    get_run_logger().info("reading delivery note %s", number)
    return [{"article": "PUMP-7", "quantity": 3, "price": 116.5}]


@task(retries=2, retry_delay_seconds=0.5)
def weigh(positions: list[dict], failures: int) -> int:
    from prefect.runtime import task_run

    if task_run.run_count <= failures:
        raise ValueError(f"the scales do not answer (try {task_run.run_count})")
    return sum(position["quantity"] for position in positions)


@task
def book(answer: dict) -> None:
    # What a flow returns stays with its worker; an artifact is what its people see.
    create_markdown_artifact(json.dumps(answer), key="booked", description="As the flow saw the answer")


def question(number: str, positions: list[dict]):
    total = sum(position["quantity"] * position["price"] for position in positions)
    create_markdown_artifact(f"# Delivery {number}\n\nTotal **{total}**", key="delivery-note", description="The note")
    create_table_artifact(positions, key="positions")
    text = f"**Delivery {number}**: one pump more than ordered"
    return DeliveryCheck.with_initial_data(description=text, total=total, positions=positions)


@flow(name="Delivery check")
def delivery_check(number: str = "D-17", failures: int = 0):
    """Waits in its process until a person answered."""
    positions = read_note(number)
    weigh(positions, failures)
    answer = pause_flow_run(wait_for_input=question(number, positions), timeout=3600, poll_interval=LOOKS, key="delivery")
    book(answer.model_dump(mode="json"))


@flow(name="Delivery check, suspended", persist_result=True)
def delivery_check_suspended(number: str = "D-18"):
    """Ends its process until a person answered."""
    positions = read_note(number)
    answer = suspend_flow_run(wait_for_input=question(number, positions), timeout=3600, key="delivery")
    book(answer.model_dump(mode="json"))


@flow(name="Gate")
def gate():
    """Waits without a question."""
    pause_flow_run(timeout=3600, poll_interval=LOOKS)
    book({"gate": "open"})


@flow(name="Rounds")
def rounds(count: int = 3):
    """Asks again and again, and tells at the end what it was told."""
    told = []
    for number in range(count):
        told.append(pause_flow_run(wait_for_input=Round, timeout=3600, poll_interval=LOOKS, key=f"round-{number}").answer)
    book({"told": told})


@flow(name="Nightly count")
def nightly_count():
    """Fails after its first task."""
    read_note("D-19")
    raise RuntimeError("shelf 7 has no label")


@flow(name="Stocktaking")
def stocktaking(seconds: int = 600):
    """Takes long."""
    for _ in range(seconds):
        time.sleep(1)


if __name__ == "__main__":
    flows = [delivery_check, delivery_check_suspended, gate, rounds, nightly_count, stocktaking]
    serve(*[one.to_deployment("served", tags=["sluice"]) for one in flows], pause_on_shutdown=False, query_seconds=1, limit=30)
