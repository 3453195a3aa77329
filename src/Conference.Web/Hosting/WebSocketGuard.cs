using Microsoft.AspNetCore.Http.Features;

namespace Conference.Web.Hosting;

/// <summary>Puts <see cref="FrameGuard"/> under every WebSocket of the site, SIP and live pages alike; and WebSockets need HTTP/1.1 or later (RFC 6455 §4.1).</summary>
public sealed class WebSocketGuard(RequestDelegate next, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true }
            ? GuardAsync(context)
            : next(context);

    private async Task GuardAsync(HttpContext context)
    {
        await using var parting = new Parting(context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>(), time);
        if (context.Features.Get<IHttpUpgradeFeature>() is { } upgrade)
            context.Features.Set<IHttpUpgradeFeature>(new Upgrade(upgrade, HttpProtocol.IsHttp11(context.Request.Protocol), parting));
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { } connect)
            context.Features.Set<IHttpExtendedConnectFeature>(new Connect(connect, parting));
        context.Features.Set<IHttpRequestLifetimeFeature>(parting);
        await next(context);
    }

    private sealed class Upgrade(IHttpUpgradeFeature inner, bool isAllowed, Parting parting) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => isAllowed && inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => parting.Watch(await inner.UpgradeAsync());
    }

    private sealed class Connect(IHttpExtendedConnectFeature inner, Parting parting) : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => inner.IsExtendedConnect;

        public string? Protocol => inner.Protocol;

        public async ValueTask<Stream> AcceptAsync() => parting.Watch(await inner.AcceptAsync());
    }

    /// <summary>
    /// An aborted connection is torn down at once, with whatever of ours was still on its way. So an abort after a close frame waits
    /// until the frame is out: the client shall hear why (RFC 6455 §7.1.7).
    /// </summary>
    private sealed class Parting(IHttpRequestLifetimeFeature inner, TimeProvider time) : IHttpRequestLifetimeFeature, IAsyncDisposable
    {
        private readonly Lock _once = new(); // whoever reads and whoever writes may abort at the same time
        private FrameGuard? _guard;
        private ITimer? _late;

        public CancellationToken RequestAborted
        {
            get => inner.RequestAborted;
            set => inner.RequestAborted = value;
        }

        public FrameGuard Watch(Stream connection) => _guard = new FrameGuard(connection, time);

        public void Abort()
        {
            if (_guard is not { HasSaidGoodbye: true })
            {
                inner.Abort();
                return;
            }

            lock (_once) _late ??= time.CreateTimer(_ => inner.Abort(), null, FrameGuard.Goodbye, Timeout.InfiniteTimeSpan);
        }

        /// <summary>The request is over: nobody reads any more but us.</summary>
        public async ValueTask DisposeAsync()
        {
            if (_guard is not null) await _guard.PartAsync();
            if (_late is not null) await _late.DisposeAsync();
        }
    }
}
