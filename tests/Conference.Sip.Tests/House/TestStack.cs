using System.Net;

namespace Conference.Sip.Tests.House;

/// <summary>A real stack on loopback, UDP and TCP on free ports.</summary>
internal sealed class TestStack : IAsyncDisposable
{
    public TestStack(TestHouse? house = null, TimeSpan? t1 = null, Func<SipStackOptions, SipStackOptions>? change = null, params Conference.Sip.Registrar.Binding[] known)
    {
        House = house ?? new TestHouse();
        var options = new SipStackOptions
        {
            Listen = [new SipListen("udp", new IPEndPoint(IPAddress.Loopback, 0)), new SipListen("tcp", new IPEndPoint(IPAddress.Loopback, 0))],
            Realm = TestHouse.Realm,
            T1 = t1 ?? TimeSpan.FromMilliseconds(500),
        };
        Stack = new SipStack(change is null ? options : change(options), House, House, TimeProvider.System, House.State);
        Stack.Start(Numbers.Handle, known);
    }

    public TestHouse House { get; }

    public SipStack Stack { get; }

    public IPEndPoint Udp => Stack.Listening[0].Address;

    public IPEndPoint Tcp => Stack.Listening[1].Address;

    public async ValueTask DisposeAsync()
    {
        await Stack.DisposeAsync();
        Assert.Empty(House.Troubles);
    }
}
