using Conference.Core.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Conference.Infrastructure.Data.Maps;

/// <summary>User names are unique without regard to case; the index over <c>lower(username)</c> stands in the TableRules migrations.</summary>
internal sealed class DeviceMap : IEntityTypeConfiguration<Device>
{
    public void Configure(EntityTypeBuilder<Device> device)
    {
        device.ToTable("devices");
        device.Property(d => d.Id).ValueGeneratedNever();
        device.Property(d => d.Username).HasMaxLength(Device.UsernameLength);
        device.Property(d => d.Ha1Md5).HasMaxLength(32);
        device.Property(d => d.Ha1Sha256).HasMaxLength(64);
        device.Property(d => d.Ha1Sha512Of256).HasMaxLength(64);
        device.Property(d => d.Codecs).HasMaxLength(200);
        device.Property(d => d.Algorithms).HasMaxLength(40);
        device.Ignore(d => d.Voice);
        device.Property(d => d.Label).HasMaxLength(Device.LabelLength);
        device.Property(d => d.Transports).HasMaxLength(40);
    }
}
