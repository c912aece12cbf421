"""DAGs that wait for a person in each way there is, fail, try again, take long and leave something to look at."""

import time
from datetime import datetime, timedelta

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.hitl import ApprovalOperator, HITLBranchOperator, HITLEntryOperator, HITLOperator
from airflow.sdk import DAG, Param, get_current_context, task

COMMON = {"schedule": None, "start_date": datetime(2026, 1, 1), "catchup": False, "tags": ["sluice"]}


def told(task_id):
    """What a task that waited was told, as the tasks behind it see it."""
    answer = get_current_context()["ti"].xcom_pull(task_ids=task_id)
    return {"options": answer["chosen_options"], "input": answer["params_input"]}


with DAG(
    "delivery_check",
    dag_display_name="Delivery check",
    description="Waits until a person has approved a delivery.",
    params={
        "number": Param("D-17", type="string", pattern="^D-[0-9]+$", description="Number of the delivery note"),
        "limit": Param(400, type="integer", minimum=1),
        "lane": Param("north", enum=["north", "south"]),
        "due": Param(None, type=["null", "string"], format="date"),
    },
    **COMMON,
):

    @task
    def read_note(**context):
        print("reading delivery note", context["params"]["number"])
        return {"positions": [{"article": "PUMP-7", "quantity": 3, "price": 116.5}], "total": 349.5}

    check = ApprovalOperator(
        task_id="check",
        subject="Delivery {{ params.number }}: one pump more than ordered",
        body="Total **{{ ti.xcom_pull(task_ids='read_note')['total'] }}** EUR",
        params={"comment": Param("", type="string", maxLength=200, title="Comment")},
    )

    @task
    def book():
        return told("check")

    read_note() >> check >> book()

with DAG("delivery_sorting", dag_display_name="Delivery sorting", **COMMON):
    faults = HITLOperator(
        task_id="faults",
        subject="What is wrong with it?",
        body="Choose **all** that are",
        options=["Quantity", "Price", "Damage"],
        defaults=["Quantity"],
        multiple=True,
    )
    where = HITLBranchOperator(
        task_id="where", subject="Where to?", options=["to_stock", "Back to the supplier"], options_mapping={"Back to the supplier": "to_sender"}
    )

    @task
    def note_faults():
        return told("faults")

    faults >> note_faults()
    where >> [EmptyOperator(task_id="to_stock"), EmptyOperator(task_id="to_sender")]

with DAG("delivery_entry", dag_display_name="Delivery entry", **COMMON):
    entry = HITLEntryOperator(
        task_id="entry",
        subject="Enter what the note does not say",
        params={
            "total": Param(0.0, type="number", minimum=0, description="Total in EUR"),
            "currency": Param("EUR", enum=["EUR", "USD"]),
            "received": Param(None, type=["null", "string"], format="date"),
            "positions": Param(
                [],
                type="array",
                items={"type": "object", "properties": {"article": {"type": "string"}, "quantity": {"type": "integer", "minimum": 1}}},
            ),
            "address": Param({"city": ""}, type="object"),
        },
    )

    @task
    def book_entry():
        return told("entry")

    entry >> book_entry()

with DAG("delivery_rounds", dag_display_name="Delivery rounds", params={"count": Param(3, type="integer", minimum=1, maximum=100)}, **COMMON):

    @task
    def questions(**context):
        return [f"Document {at + 1}" for at in range(context["params"]["count"])]

    HITLOperator.partial(task_id="each", options=["ada", "ben"]).expand(subject=questions())

with DAG("delivery_deadline", dag_display_name="Delivery, in time", **COMMON):
    for name, seconds, defaults in [("short", 12, None), ("short_with_default", 12, ["No"]), ("strict", None, None)]:
        limit = timedelta(seconds=seconds) if seconds else None
        if name == "strict":
            ApprovalOperator(task_id=name, subject="No ends it", fail_on_reject=True)
        else:
            HITLOperator(task_id=name, subject="Answer soon", options=["Yes", "No"], defaults=defaults, execution_timeout=limit)

with DAG("stocktaking", dag_display_name="Stocktaking", default_args={"retries": 1, "retry_delay": timedelta(seconds=1)}, **COMMON):

    @task
    def weigh():
        attempt = get_current_context()["ti"].try_number
        if attempt == 1:
            raise ValueError("the scales do not answer (try 1)")
        return attempt

    @task(retries=0)
    def count_shelf():
        raise RuntimeError("shelf 7 has no label")

    weigh() >> count_shelf() >> EmptyOperator(task_id="report")

# Nothing in it is ever taken up: for lists.
with DAG("archive", dag_display_name="Archive", is_paused_upon_creation=True, **COMMON):
    EmptyOperator(task_id="file")

with DAG("night_watch", dag_display_name="Night watch", **COMMON):

    @task
    def watch():
        for second in range(600):
            print("second", second)
            time.sleep(1)

    watch() >> EmptyOperator(task_id="morning")
