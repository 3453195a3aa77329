using Conference.Core.Accounts;
using Conference.Core.Bookings;
using Conference.Core.Calls;
using Conference.Core.Events;
using Conference.Core.Exchange;
using Conference.Core.Recordings;
using Conference.Core.Rooms;
using Conference.Core.Routing;

namespace Conference.Web.Hosting;

internal static class CoreSetup
{
    /// <summary>The conference itself: what is planned, who is live, who may be called.</summary>
    public static void AddConference(this WebApplicationBuilder builder)
    {
        var recordings = Path.Combine(builder.Configuration["Conference:DataDirectory"]!, "recordings");
        builder.Services.AddSingleton<EventFeed>();
        builder.Services.AddSingleton<DeviceBook>();
        builder.Services.AddSingleton<ExtensionBook>();
        builder.Services.AddSingleton<RouteBook>();
        builder.Services.AddSingleton<TollGuard>();
        builder.Services.AddSingleton<Router>();
        builder.Services.AddSingleton<LiveCalls>();
        builder.Services.AddSingleton<RoomDirectory>();
        builder.Services.AddSingleton<DialBook>();
        builder.Services.AddSingleton<INumberPlan>(all => all.GetRequiredService<DialBook>());
        builder.Services.AddSingleton<BookingDesk>();
        builder.Services.AddSingleton<RoomDesk>();
        builder.Services.AddSingleton(_ =>
        {
            Directory.CreateDirectory(recordings);
            return new RecordingPlaces(recordings);
        });
    }
}
