"""A DynamoDB that counts what each call costs, by DynamoDB's rules."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any

from tests.bench.scale.charges import TOGETHER, Charges, size_of
from tests.bench.scale.tables import AccountTable
from tests.fakes.dynamodb.errors import RefusedError
from tests.fakes.dynamodb.service import Answer, FakeDynamoDB, Request
from tests.fakes.dynamodb.table import PAGE_BYTES, Key, Table, page
from tests.fakes.dynamodb.values import Item

_LEAST_BYTES = 100
"""No account's item is smaller: of so many as then fit, more than a page are there."""


class CountingDynamoDB(FakeDynamoDB):
    """Charges for what is looked at, and for each write, also one that a condition refuses."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        """Answer from tables."""
        super().__init__()
        self.tables = dict(tables)
        self.charges = Charges()
        self._times = 1
        for table in self.tables.values():
            self._listen(table)

    def _listen(self, table: Table) -> None:
        table.looked = self._looked  # type: ignore[method-assign]  # each table tells this one

    def _create(self, request: Request) -> Answer:
        said = super()._create(request)
        self._listen(self.table(request))
        return said

    def answer(self, operation: str, request: Request) -> Answer:
        """Carry an operation out, and count it."""
        with self._lock:
            self.charges.call(operation)
            self.asked.clear()
        return super().answer(operation, request)

    def _looked(self, items: list[Item], request: Mapping[str, Any]) -> None:
        self.charges.read(sum(map(size_of, items)), consistent=request.get("ConsistentRead", False))

    def _get(self, request: Request) -> Answer:
        said = super()._get(request)
        self.charges.read_each([said.get("Item")], consistent=request.get("ConsistentRead", False))
        self.charges.absent -= 0 if "Item" in said else 1.0
        return said

    def _get_some(self, request: Request) -> Answer:
        said = super()._get_some(request)
        for name, asked in request["RequestItems"].items():
            found: list[Item | None] = [*said["Responses"][name]]
            missing: list[Item | None] = [None] * (len(asked["Keys"]) - len(found))
            self.charges.read_each([*found, *missing], consistent=asked.get("ConsistentRead", False))
        return said

    def _put(self, request: Request) -> Answer:
        table = self.table(request)
        with self._writing(table, table.key(request["Item"])) as new:
            said = super()._put(request)
            new.append(request["Item"])
        return said

    def _update(self, request: Request) -> Answer:
        table = self.table(request)
        with self._writing(table, table.key_of(request["Key"])) as new:
            said = super()._update({**request, "ReturnValues": "ALL_NEW"})
            new.append(said["Attributes"])
        return said if request.get("ReturnValues") == "ALL_NEW" else {}

    def _delete(self, request: Request) -> Answer:
        table = self.table(request)
        with self._writing(table, table.key_of(request["Key"])):
            return super()._delete(request)

    @contextmanager
    def _writing(self, table: Table, key: Key) -> Iterator[list[Item]]:
        """Charge for a write of an item, by how it was and how it then is; for one that is refused by how it was."""
        old, new = table.get(key), list[Item]()
        try:
            yield new
        except RefusedError:
            self.charges.write(old, old, [], self._times)
            raise
        indexes = [names[0] for names in table.indexes.values()]
        self.charges.write(old, new[0] if new else None, indexes, self._times)

    def _write_together(self, request: Request) -> Answer:
        self._times = TOGETHER
        try:
            return super()._write_together(request)
        finally:
            self._times = 1

    def _query(self, request: Request) -> Answer:
        """Answer a query; of accounts, of which there may be a million, only those of the page are made up."""
        table = self.table(request)
        if isinstance(table, AccountTable) and {"S": "account"} in request["ExpressionAttributeValues"].values():
            found, said = page(table, _accounts(table, request), request, lambda _: True)
            return {"Items": found, **said}
        return super()._query(request)


def _accounts(table: AccountTable, request: Request) -> list[Item]:
    """Give the accounts of a page, and some that follow it; the last one where a query goes backwards from the end."""
    if not request.get("ScanIndexForward", True):
        return [table.portfolio.item(table.portfolio.numbers[-1])]
    first, last = sorted(v["S"] for v in request["ExpressionAttributeValues"].values() if v != {"S": "account"})
    start = request["ExclusiveStartKey"]["sk"]["S"] if "ExclusiveStartKey" in request else first
    return list(islice(table.portfolio.between(start, last), PAGE_BYTES // _LEAST_BYTES))
