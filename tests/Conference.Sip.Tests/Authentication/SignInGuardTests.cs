using System.Net;
using Conference.Sip.Authentication;

namespace Conference.Sip.Tests.Authentication;

public class SignInGuardTests
{
    private static readonly IPAddress Mallory = IPAddress.Parse("198.51.100.9");

    [Fact]
    public void Ten_wrong_digests_in_a_minute_close_the_door_for_a_minute()
    {
        var guard = new SignInGuard();
        for (var i = 0; i < 9; i++) guard.OnWrong(Mallory, "bob", 1_000);
        Assert.Equal(GuardVerdict.Check, guard.Before(Mallory, "bob", 1_000));

        guard.OnWrong(Mallory, "BOB", 1_000);

        Assert.Equal(GuardVerdict.Forbid, guard.Before(Mallory, "bob", 60_999));
        Assert.Equal(GuardVerdict.Check, guard.Before(Mallory, "alice", 1_000));
        Assert.Equal(GuardVerdict.Check, guard.Before(IPAddress.Loopback, "bob", 1_000));
        Assert.Equal(GuardVerdict.Check, guard.Before(Mallory, "bob", 61_000));
    }

    [Fact]
    public void Whoever_goes_on_guessing_at_a_closed_door_is_not_answered_for_ten_minutes()
    {
        var guard = new SignInGuard();
        for (var i = 0; i < 10; i++) guard.OnWrong(Mallory, "bob", 0);
        for (var i = 0; i < 11; i++) Assert.Equal(GuardVerdict.Forbid, guard.Before(Mallory, "bob", 1_000));

        Assert.Equal(GuardVerdict.Ignore, guard.Before(Mallory, "bob", 1_001));
        Assert.Equal(GuardVerdict.Ignore, guard.Before(Mallory, "bob", 600_999));
        Assert.Equal(GuardVerdict.Check, guard.Before(Mallory, "bob", 601_000));
    }

    [Fact]
    public void Fifty_wrong_digests_over_many_names_close_the_door_for_the_source()
    {
        var guard = new SignInGuard();
        for (var i = 0; i < 50; i++) guard.OnWrong(Mallory, "user" + i, 0);

        Assert.Equal(GuardVerdict.Forbid, guard.Before(Mallory, "somebody", 1));
    }

    [Fact]
    public void Nine_mistakes_a_minute_are_only_mistakes()
    {
        var guard = new SignInGuard();
        for (var minute = 0; minute < 5; minute++)
            for (var i = 0; i < 9; i++)
                guard.OnWrong(Mallory, "bob", minute * 60_000);

        Assert.Equal(GuardVerdict.Check, guard.Before(Mallory, "bob", 300_000));
    }

    [Fact]
    public void Whoever_comes_back_to_guess_is_shut_out_twice_as_long_and_never_longer_than_half_a_day()
    {
        var guard = new SignInGuard();
        var now = 0L;
        var shut = new List<long>();
        guard.OnShut = (_, user, until, _) => shut.Add(user.Length > 0 ? until - now : 0);
        for (var round = 0; round < 12; round++)
        {
            for (var i = 0; i < 10; i++) guard.OnWrong(Mallory, "bob", now);
            now += 13 * 3_600_000; // after the longest ban, and well within a day of it
        }

        Assert.Equal([60_000, 120_000, 240_000], shut.Where(s => s > 0).Take(3));
        Assert.Equal(12 * 3_600_000, shut.Max());
    }

    [Fact]
    public void Guesses_of_a_neighbour_do_not_shut_out_who_signed_in_from_there()
    {
        var guard = new SignInGuard();
        guard.OnRight(Mallory, "anna", 0);
        for (var i = 0; i < 50; i++) guard.OnWrong(Mallory, "user" + i, 0);

        Assert.Equal(GuardVerdict.Check, guard.Before(Mallory, "ANNA", 1));
        Assert.Equal(GuardVerdict.Forbid, guard.Before(Mallory, "carl", 1));
    }

    [Fact]
    public void An_IPv6_guesser_cannot_walk_through_his_own_network()
    {
        var guard = new SignInGuard();
        for (var i = 0; i < 10; i++) guard.OnWrong(IPAddress.Parse($"2001:db8:0:1::{i + 1}"), "bob", 0);

        Assert.Equal(GuardVerdict.Forbid, guard.Before(IPAddress.Parse("2001:db8:0:1:ffff::9"), "bob", 1));
        Assert.Equal(GuardVerdict.Check, guard.Before(IPAddress.Parse("2001:db8:0:2::9"), "bob", 1));
        guard.Lift(IPAddress.Parse("2001:db8:0:1::77"), "bob");
        Assert.Equal(GuardVerdict.Check, guard.Before(IPAddress.Parse("2001:db8:0:1:ffff::9"), "bob", 1));
    }

    [Fact]
    public void A_flood_of_names_lifts_no_ban_and_forgets_the_oldest_guesses_first()
    {
        var guard = new SignInGuard();
        for (var i = 0; i < 10; i++) guard.OnWrong(Mallory, "bob", 0);
        for (var i = 0; i < 9; i++) guard.OnWrong(IPAddress.Loopback, "old", 0);
        for (var i = 0; i < 50_000; i++) guard.OnWrong(new IPAddress(i + 1), "x", 1);
        for (var i = 0; i < 9; i++) guard.OnWrong(IPAddress.Loopback, "new", 2);

        Assert.Equal(GuardVerdict.Forbid, guard.Before(Mallory, "bob", 3));
        guard.OnWrong(IPAddress.Loopback, "old", 3);
        guard.OnWrong(IPAddress.Loopback, "new", 3);
        Assert.Equal(GuardVerdict.Check, guard.Before(IPAddress.Loopback, "old", 3));
        Assert.Equal(GuardVerdict.Forbid, guard.Before(IPAddress.Loopback, "new", 3));
    }

    [Fact]
    public void A_lifted_ban_is_forgotten_with_all_that_led_to_it()
    {
        var guard = new SignInGuard();
        for (var i = 0; i < 10; i++) guard.OnWrong(Mallory, "bob", 0);
        guard.Lift(Mallory, "Bob");

        Assert.Equal(GuardVerdict.Check, guard.Before(Mallory, "bob", 1));
        for (var i = 0; i < 9; i++) guard.OnWrong(Mallory, "bob", 1);
        Assert.Equal(GuardVerdict.Check, guard.Before(Mallory, "bob", 2));
    }
}
