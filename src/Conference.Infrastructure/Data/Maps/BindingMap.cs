using Conference.Core.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Conference.Infrastructure.Data.Maps;

internal sealed class BindingMap : IEntityTypeConfiguration<StoredBinding>
{
    public void Configure(EntityTypeBuilder<StoredBinding> binding)
    {
        binding.ToTable("bindings");
        binding.HasKey(b => b.Account);
        binding.Property(b => b.Account).HasMaxLength(Device.UsernameLength);
        binding.Property(b => b.Transport).HasMaxLength(10);
        binding.Property(b => b.Remote).HasMaxLength(64);
        binding.Property(b => b.Path).HasDefaultValue("");
        binding.Property(b => b.Instance).HasDefaultValue("");
        binding.Property(b => b.RegId).HasDefaultValue("");
    }
}
