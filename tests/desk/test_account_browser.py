"""The page of an account in a real browser: a proof that is copied, a list by metric, another month, no script."""

from playwright.sync_api import Browser

from tests.desk.browsing import PHONE, window
from tests.desk.places import Place


def _account(place: Place) -> str:
    return next(one.id for one in place.desk.accounts() if "intercom" in one.owners)


def test_a_proof_is_copied_and_a_metric_chosen(place: Place, address: str, browser: Browser) -> None:
    """From the list with its filters, to the account, to what is behind a metric, and back."""
    with window(browser, place, address) as seen:
        seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = seen.open("/?view=all&sort=name")
        page.locator(".list tbody th a").first.click()
        assert page.locator("h1").inner_text()
        page.get_by_role("button", name="Copy").click()
        page.get_by_role("button", name="Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == page.locator("#proof").text_content()
        page.locator("nav.choices a", has_text="Time to close").click()
        assert "metric=close_time_hours" in page.url
        page.get_by_label("Month", exact=True).select_option("2026-08")
        page.wait_for_url("**period=2026-08**")
        assert "metric=close_time_hours" in page.url
        page.locator(".crumbs a").click()
        page.wait_for_url("**/?view=all&sort=name**")
        seen.assert_clean()


def test_all_is_there_without_script(place: Place, address: str, browser: Browser) -> None:
    """The month is sent by a button, tables open, the proof is text."""
    with window(browser, place, address, size=PHONE, theme="dark", script=False) as seen:
        page = seen.open(f"/accounts/{_account(place)}")
        page.get_by_text("As a table").click()
        assert page.get_by_role("region", name="Months", exact=True).is_visible()
        page.get_by_label("Month", exact=True).select_option("2026-07")
        page.get_by_role("button", name="Show").click()
        assert "period=2026-07" in page.url
        assert "July 2026" in (page.locator("#proof").text_content() or "")
        assert page.get_by_role("button", name="Copy").count() == 0
