using Conference.Core.Calls;
using Conference.Core.Rooms;

namespace Conference.Core.Tests.Calls;

/// <summary>The table of who must give which PIN, row by row.</summary>
public sealed class PinRulesTests
{
    [Theory]
    [InlineData("", "", false, false)]
    [InlineData("", "9", false, false)] // only an admin PIN: ordinary users enter freely
    [InlineData("", "9", true, true)]
    [InlineData("5", "", false, true)]
    [InlineData("5", "", true, true)]
    [InlineData("5", "9", false, true)]
    public void Whether_a_pin_is_needed(string guest, string host, bool admin, bool needed) =>
        Assert.Equal(needed, PinRules.IsNeeded(Plan(guest, host), new EntryOptions(Admin: admin)));

    [Theory]
    [InlineData("5", "9", false, "5", Role.Guest)]
    [InlineData("5", "9", false, "9", Role.Host)]
    [InlineData("5", "9", false, "7", null)]
    [InlineData("5", "9", true, "5", null)] // with option a only the admin PIN counts
    [InlineData("5", "9", true, "9", Role.Host)]
    [InlineData("5", "", true, "5", Role.Host)]
    [InlineData("5", "", false, "", null)]
    [InlineData("ab", "", false, "AB", Role.Guest)] // compared without case
    public void What_a_pin_makes_of_its_typist(string guest, string host, bool admin, string entered, Role? role) =>
        Assert.Equal(role, PinRules.Judge(Plan(guest, host), new EntryOptions(Admin: admin), entered));

    private static RoomPlan Plan(string guest, string host) => new(new RoomNumber("1"), "x", host, guest);
}
