using System.Collections.Immutable;
using Conference.Sip.Authentication;
using Conference.Sip.Calls;
using Conference.Sip.Registrar;
using Conference.Sip.Resolver;
using Conference.Sip.Subscriptions;
using Conference.Sip.Tracing;
using Conference.Sip.Transport;
using Conference.Sip.Trunks;

namespace Conference.Sip;

/// <summary>The user agent server and registrar of the house.</summary>
public interface ISipStack : IAsyncDisposable
{
    /// <summary>Opens every listener and begins to answer.</summary>
    /// <param name="onCall">Runs on the pool, once per new call; its token is cancelled by CANCEL, loss of the flow and shutdown.</param>
    /// <param name="known">Bindings of the last run; UDP ones still in time are taken up again.</param>
    /// <exception cref="System.Net.Sockets.SocketException">A listener could not be opened.</exception>
    void Start(Func<IIncomingCall, CancellationToken, Task> onCall, IEnumerable<Binding> known);

    /// <summary>Opens every listener and begins to answer.</summary>
    /// <param name="house">Takes calls, messages and transfers; runs on the pool.</param>
    /// <param name="known">Bindings of the last run; UDP ones still in time are taken up again.</param>
    /// <exception cref="System.Net.Sockets.SocketException">A listener could not be opened.</exception>
    void Start(ISipHouse house, IEnumerable<Binding> known);

    /// <summary>Places calls and sends messages; once started.</summary>
    ISipCalls Calls { get; }

    /// <summary>The listeners as opened, with the ports really taken.</summary>
    ImmutableArray<SipListen> Listening { get; }

    /// <summary>Who is registered now; an immutable picture.</summary>
    ImmutableArray<Binding> Bindings { get; }

    /// <summary>Who is shut out for guessing secrets.</summary>
    ISipBans Bans { get; }

    /// <summary>The lines to providers and other exchanges; after <c>Start</c>.</summary>
    ISipTrunks Trunks { get; }

    /// <summary>Tells subscribers what changed.</summary>
    ISipLamps Lamps { get; }

    /// <summary>Forgets the binding of a removed or disabled account.</summary>
    void Unbind(string account);

    /// <summary>Whether the loop and all receive loops are alive.</summary>
    bool IsHealthy { get; }

    /// <summary>Counts what is kept; once started.</summary>
    Task<SipTables> CountAsync();

    /// <summary>What was said lately.</summary>
    ISipTrace Trace { get; }

    /// <summary>Takes browsers' WebSockets.</summary>
    ISipSockets Sockets { get; }

    /// <summary>The public directory of telephone numbers.</summary>
    IEnumDirectory Numbers { get; }

    /// <summary>Refuses new calls with 503, hangs up those that are up and closes, within the given time.</summary>
    Task StopAsync(TimeSpan grace);
}
