using Conference.Core.Bookings;
using Conference.Core.Tests.Testing;

namespace Conference.Core.Tests.Bookings;

public sealed class BookingDeskTests : IDisposable
{
    private readonly House _house = new();

    public void Dispose() => _house.Dispose();

    internal static BookingRequest Request(DateTimeOffset startsAt) => new()
    {
        Title = "Budget",
        OwnerId = "u1",
        HostName = "Anna Rossi",
        HostEmail = "anna@example.org",
        StartsAt = startsAt,
        Duration = TimeSpan.FromHours(1),
        TimeZone = "Europe/Rome",
    };

    [Fact]
    public async Task Number_and_pins_are_six_digits_and_all_different()
    {
        var booking = await Booked(Good);

        Assert.All([booking.Number.Value, booking.HostPin, booking.GuestPin], digits => Assert.Matches("^[0-9]{6}$", digits));
        Assert.Equal(3, new HashSet<string> { booking.Number.Value, booking.HostPin, booking.GuestPin }.Count);
    }

    [Fact]
    public async Task What_was_booked_can_be_dialled_and_what_was_cancelled_cannot()
    {
        var booking = await Booked(Good);
        Assert.NotNull(_house.Directory.Find(booking.Number));

        Assert.Equal(BookingProblem.None, await _house.Bookings.CancelAsync(booking.Id, Actor.System, CancellationToken.None));

        Assert.Null(_house.Directory.Find(booking.Number));
        Assert.Equal(1, booking.Sequence);
        Assert.Equal(BookingProblem.AlreadyCancelled, await _house.Bookings.CancelAsync(booking.Id, Actor.System, CancellationToken.None));
    }

    [Fact]
    public async Task A_drawn_number_that_turns_out_taken_is_drawn_again()
    {
        _house.Store.Collisions = 3;

        await Booked(Good);
    }

    [Fact]
    public async Task A_chosen_number_that_is_taken_is_said_to_be()
    {
        await Booked(Good with { Number = "4242" });

        Assert.Equal(BookingProblem.NumberTaken, (await Book(Good with { Number = "4242" })).Problem);
        await Booked(Good with { Number = "4242", StartsAt = Good.StartsAt.AddHours(1) });
    }

    [Fact]
    public async Task A_number_of_meetme_conf_cannot_be_booked()
    {
        _house.Standing("1234");

        Assert.Equal(BookingProblem.NumberTaken, (await Book(Good with { Number = "1234" })).Problem);
    }

    [Fact]
    public async Task A_number_that_leads_elsewhere_cannot_be_booked()
    {
        _house.Numbers.AccessNumbers = ["9000"];

        Assert.Equal(BookingProblem.NumberTaken, (await Book(Good with { Number = "9000" })).Problem);
    }

    public static TheoryData<BookingProblem> Problems => [.. Enum.GetValues<BookingProblem>().Where(p => Wrong(p) is not null)];

    [Theory]
    [MemberData(nameof(Problems))]
    public async Task Each_wrong_field_has_its_own_problem(BookingProblem problem) =>
        Assert.Equal(problem, (await Book(Wrong(problem)!(Good))).Problem);

    [Fact]
    public async Task After_a_restart_stored_bookings_can_be_dialled()
    {
        var booking = await Booked(Good);
        _house.Directory.Remove(booking.Id);

        await _house.Bookings.LoadAsync(CancellationToken.None);

        Assert.Equal(booking.GuestPin, _house.Directory.Find(booking.Number)!.GuestPin);
    }

    private BookingRequest Good => Request(_house.Time.GetUtcNow().AddHours(1));

    private static Func<BookingRequest, BookingRequest>? Wrong(BookingProblem problem) => problem switch
    {
        BookingProblem.TitleMissing => r => r with { Title = "  " },
        BookingProblem.TitleTooLong => r => r with { Title = new string('x', 121) },
        BookingProblem.StartsInThePast => r => r with { StartsAt = r.StartsAt.AddDays(-1) },
        BookingProblem.TooShort => r => r with { Duration = TimeSpan.FromMinutes(1) },
        BookingProblem.TooLong => r => r with { Duration = TimeSpan.FromDays(3) },
        BookingProblem.UnknownTimeZone => r => r with { TimeZone = "Mars/Olympus" },
        BookingProblem.BadAddress => r => r with { Invitees = [new InviteeRequest("Bob", "bob@example.org\r\nRCPT TO:<x@y>")] },
        BookingProblem.TooManyInvitees => r => r with { Invitees = [.. Enumerable.Range(0, 501).Select(i => new InviteeRequest("", $"p{i}@example.org"))] },
        BookingProblem.BadNumber => r => r with { Number = "12a4" },
        BookingProblem.BadSeats => r => r with { Seats = 1 },
        _ => null,
    };

    private Task<(Booking? Booking, BookingProblem Problem)> Book(BookingRequest request) =>
        _house.Bookings.BookAsync(request, Actor.System, CancellationToken.None);

    private async Task<Booking> Booked(BookingRequest request)
    {
        var (booking, problem) = await Book(request);
        Assert.Equal(BookingProblem.None, problem);
        return booking!;
    }
}
